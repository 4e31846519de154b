"""Manifests that are right, and not as simple as a consumer may think."""

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from mock_backpack.apis.badge_connect import manifest
from mock_backpack.apis.badge_connect.manifest import root_of
from mock_backpack.apis.open_badges_3 import discovery
from mock_backpack.core.fault import Call
from mock_backpack.core.foreign import FOREIGN
from mock_backpack.core.misbehaviours import Parameter, chosen, fault, within
from mock_backpack.core.seams import Armed, Right, arming, wrapping

AT = ("manifest", "discovery")
HTML_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Backpack</title></head><body>Welcome.</body></html>\n"
)


async def other_root(call: Call) -> str:
    """The URL of the sandbox on the mock's other socket; its usual one without any."""
    here = root_of(call.request)
    listener = call.exchange.sandbox.listener
    if listener is None:
        return here
    parts, port = urlsplit(here), await listener.other()
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path}"


async def foreign_root(call: Call) -> str:
    """An address that belongs to no Backpack; the mock's root records what comes there."""
    parts = urlsplit(await other_root(call))
    return f"{parts.scheme}://{parts.netloc}{FOREIGN}{call.exchange.sandbox.prefix}/entry"


@fault(
    "manifest.elsewhere",
    endpoints=AT,
    stresses=("BC21-CLIENT-01", "OB3-CLIENT-01"),
    since="0.2",
)
async def is_elsewhere(call: Call) -> web.StreamResponse:
    """All endpoints are on another port than the manifest, or the discovery document."""
    other = await other_root(call)

    def there(right: Right, _root: str) -> Any:
        return right(other)

    seams: Armed = dict.fromkeys((manifest.entry, discovery.servers, discovery.security), (there,))
    with arming(seams):
        return await call.proceed()


@fault(
    "manifest.other_version",
    endpoints=("manifest",),
    stresses=("BC21-CLIENT-02",),
    parameters=(
        chosen("where", "first", "last", "alone"),
        Parameter("version", "v1p0", "a version such as v1p0"),
    ),
    since="0.2",
)
async def has_another_version(call: Call, *, where: str, version: str) -> web.StreamResponse:
    """The manifest has an entry of another version, whose endpoints are not the Backpack's."""
    foreign = await foreign_root(call)

    def whole(right: Right, body: dict[str, Any]) -> Any:
        other = {**manifest.entry(foreign), "name": "Another version", "version": version}
        entries = body["badgeConnectAPI"]
        both = {"first": [other, *entries], "last": [*entries, other], "alone": [other]}
        return right({**body, "badgeConnectAPI": both[where]})

    with wrapping(manifest.whole, whole):
        return await call.proceed()


@fault(
    "manifest.short_lived",
    endpoints=AT,
    stresses=("BC21-CLIENT-20", "OB3-CLIENT-19"),
    parameters=(within("seconds", 1, 0, 86400, "seconds"),),
    since="0.2",
)
async def is_short_lived(call: Call, *, seconds: int) -> web.StreamResponse:
    """The manifest, or the discovery document, may be cached for a short time only."""
    answer = await call.proceed()
    answer.headers["Cache-Control"] = f"max-age={seconds}"
    return answer


@fault("manifest.web_page", endpoints=AT, stresses=("BC21-CLIENT-01", "OB3-CLIENT-01"), since="0.2")
async def is_a_web_page(_call: Call) -> web.StreamResponse:
    """In place of the manifest, or the discovery document, there is a web page, with status 200."""
    return web.Response(text=HTML_PAGE, content_type="text/html")
