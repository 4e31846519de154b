"""Wrong manifests."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.badge_connect import manifest
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("manifest",)


@defect(
    "manifest.needs-credentials",
    manifest.manifest_answer,
    endpoints=AT,
    breaks=("BC21-MANI-01",),
    since="0.2",
)
def needs_credentials(_right: Right, _body: dict[str, Any]) -> web.Response:
    """The manifest is refused without credentials."""
    return web.Response(status=401)


@defect(
    "manifest.no-id",
    manifest.whole,
    endpoints=AT,
    breaks=("BC21-MANI-02", "BC21-MANI-07", "BC21-MANI-11"),
    since="0.2",
)
def no_id(right: Right, body: dict[str, Any]) -> dict[str, Any]:
    """The manifest has no id."""
    whole: dict[str, Any] = right(body)
    return {name: value for name, value in whole.items() if name != "id"}


@defect(
    "manifest.no-terms",
    manifest.entry,
    endpoints=AT,
    breaks=("BC21-MANI-03",),
    since="0.2",
)
def no_terms(right: Right, root: str) -> dict[str, Any]:
    """The entry names no terms of service."""
    entry: dict[str, Any] = right(root)
    return {name: value for name, value in entry.items() if name != "termsOfServiceUrl"}


@defect(
    "manifest.old-version",
    manifest.entry,
    endpoints=AT,
    breaks=("BC21-MANI-04",),
    since="0.2",
)
def old_version(right: Right, root: str) -> dict[str, Any]:
    """The entry has the version of a draft."""
    return {**right(root), "version": "v1p0"}


@defect(
    "manifest.relative-urls",
    manifest.entry,
    endpoints=AT,
    breaks=("BC21-MANI-07",),
    since="0.2",
)
def relative_urls(right: Right, root: str) -> dict[str, Any]:
    """A URL of the entry is relative."""
    return {**right(root), "privacyPolicyUrl": "/privacy"}


@defect(
    "manifest.own-scopes",
    manifest.entry,
    endpoints=AT,
    breaks=("BC21-MANI-09",),
    since="0.2",
)
def own_scopes(right: Right, root: str) -> dict[str, Any]:
    """The entry offers a scope that is not in the specification."""
    entry: dict[str, Any] = right(root)
    return {**entry, "scopesOffered": [*entry["scopesOffered"], f"{manifest.SCOPE}everything"]}


@defect(
    "manifest.own-members",
    manifest.entry,
    endpoints=AT,
    breaks=("BC21-MANI-10",),
    since="0.2",
)
def own_members(right: Right, root: str) -> dict[str, Any]:
    """The entry has a member of its own."""
    return {**right(root), "vendor": "Mock"}


@defect(
    "manifest.another-id",
    manifest.whole,
    endpoints=AT,
    breaks=("BC21-MANI-11",),
    since="0.2",
)
def another_id(right: Right, body: dict[str, Any]) -> dict[str, Any]:
    """The id is another address."""
    return {**right(body), "id": "https://backpack.example/manifest"}


@defect(
    "manifest.slash",
    manifest.entry,
    endpoints=AT,
    breaks=("BC21-MANI-06",),
    since="0.2",
)
def slash(right: Right, root: str) -> dict[str, Any]:
    """The apiBase has a slash at its end."""
    entry: dict[str, Any] = right(root)
    return {**entry, "apiBase": f"{entry['apiBase']}/"}
