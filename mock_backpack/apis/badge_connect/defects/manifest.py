"""Wrong manifests."""

from typing import Any

from aiohttp import web

from mock_backpack.apis import answers
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
def needs_credentials(
    _right: Right, _body: dict[str, Any], _headers: dict[str, str]
) -> web.Response:
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


@defect(
    "manifest.second-base",
    manifest.entries,
    endpoints=AT,
    breaks=("BC21-MANI-05",),
    since="0.2",
)
def second_base(right: Right, root: str) -> list[dict[str, Any]]:
    """A second entry of the same version has another base."""
    listed: list[dict[str, Any]] = right(root)
    return [*listed, {**listed[0], "name": "Other", "apiBase": f"{root}/bcv1"}]


@defect(
    "manifest.no-entries",
    manifest.entries,
    endpoints=AT,
    breaks=("BC21-MANI-02", "BC21-MANI-04"),
    since="0.2",
)
def no_entries(_right: Right, _root: str) -> list[dict[str, Any]]:
    """The manifest lists no API."""
    return []


@defect(
    "manifest.insecure-terms",
    manifest.entry,
    endpoints=AT,
    breaks=("BC21-MANI-08",),
    since="0.2",
)
def insecure_terms(right: Right, root: str) -> dict[str, Any]:
    """The terms of service are on another host, and not secure."""
    return {**right(root), "termsOfServiceUrl": "http://backpack.example/terms"}


@defect(
    "manifest.forgets-its-tag",
    manifest.is_known,
    endpoints=AT,
    breaks=("BC21-MANI-12",),
    since="0.2",
)
def forgets_its_tag(_right: Right, _request: web.Request, _tag: str) -> bool:
    """An entity tag is sent, and not recognised when it comes back."""
    return False


@defect(
    "manifest.empty-name",
    manifest.entry,
    endpoints=AT,
    breaks=("BC21-MANI-03",),
    since="0.2",
)
def empty_name(right: Right, root: str) -> dict[str, Any]:
    """The name of the API is empty."""
    return {**right(root), "name": ""}


@defect(
    "manifest.odd-version",
    manifest.entries,
    endpoints=AT,
    breaks=("BC21-MANI-04",),
    since="0.2",
)
def odd_version(right: Right, root: str) -> list[dict[str, Any]]:
    """A second entry has a version of another form."""
    listed: list[dict[str, Any]] = right(root)
    return [*listed, {**listed[0], "version": "2.1"}]


@defect(
    "manifest.relative-id",
    manifest.whole,
    endpoints=AT,
    breaks=("BC21-MANI-07", "BC21-MANI-11"),
    since="0.2",
)
def relative_id(right: Right, body: dict[str, Any]) -> dict[str, Any]:
    """The id of the manifest is a path."""
    return {**right(body), "id": "/.well-known/badgeconnect.json"}


@defect(
    "manifest.redirects",
    answers.answered,
    endpoints=AT,
    breaks=("BC21-MANI-01",),
    since="0.2",
)
def redirects(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """The manifest is somewhere else, and the answer at its place is a redirect."""
    if request.path.endswith("badgeconnect.json") and "domain" not in request.query:
        moved = f"{request.path}?domain={request.host}"
        return web.Response(status=302, headers={"Location": moved})
    answer: web.StreamResponse = right(request, response)
    return answer
