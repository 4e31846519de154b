"""Wrong service descriptions."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.open_badges_3 import discovery
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("discovery",)
Members = dict[str, Any]


def without(members: Members, *names: str) -> Members:
    """The same without some members."""
    return {name: value for name, value in members.items() if name not in names}


@defect(
    "discovery.protected",
    discovery.discovery_answer,
    endpoints=AT,
    breaks=("OB3-DISC-01",),
    since="0.2",
)
def protected(_right: Right, _body: Members, _tag: str) -> web.Response:
    """The description is shown to nobody without a token."""
    return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})


@defect(
    "discovery.html",
    discovery.discovery_answer,
    endpoints=AT,
    breaks=("OB3-DISC-01",),
    since="0.2",
)
def html(right: Right, body: Members, tag: str) -> web.Response:
    """The description is labelled as HTML."""
    answer: web.Response = right(body, tag)
    answer.headers["Content-Type"] = "text/html"
    return answer


@defect("discovery.openapi-2", discovery.whole, endpoints=AT, breaks=("OB3-DISC-02",), since="0.2")
def openapi_2(right: Right, body: Members) -> Members:
    """The description says that it is of OpenAPI 2.0."""
    return {**right(body), "openapi": "2.0"}


@defect(
    "discovery.openapi-number", discovery.whole, endpoints=AT, breaks=("OB3-DISC-02",), since="0.2"
)
def openapi_number(right: Right, body: Members) -> Members:
    """The version of OpenAPI is a number."""
    return {**right(body), "openapi": 3.0}


@defect("discovery.no-title", discovery.info, endpoints=AT, breaks=("OB3-DISC-03",), since="0.2")
def no_title(right: Right, root: str) -> Members:
    """The description has no title."""
    return without(right(root), "title")


@defect("discovery.no-terms", discovery.info, endpoints=AT, breaks=("OB3-DISC-03",), since="0.2")
def no_terms(right: Right, root: str) -> Members:
    """The description has no terms of service."""
    return without(right(root), "termsOfService")


@defect("discovery.no-privacy", discovery.info, endpoints=AT, breaks=("OB3-DISC-03",), since="0.2")
def no_privacy(right: Right, root: str) -> Members:
    """The privacy policy has another name."""
    members: Members = right(root)
    policy = members.pop("x-imssf-privacyPolicyUrl")
    return {**members, "x-imssf-privacyPolicy": policy}


@defect("discovery.no-version", discovery.info, endpoints=AT, breaks=("OB3-DISC-04",), since="0.2")
def no_version(right: Right, root: str) -> Members:
    """The description has no version."""
    return without(right(root), "version")


@defect(
    "discovery.other-type", discovery.security, endpoints=AT, breaks=("OB3-DISC-05",), since="0.2"
)
def other_type(right: Right, root: str) -> Members:
    """The security scheme is of another type."""
    return {**right(root), "type": "http"}


@defect(
    "discovery.registration-elsewhere",
    discovery.security,
    endpoints=AT,
    breaks=("OB3-DISC-05",),
    since="0.2",
)
def registration_elsewhere(right: Right, root: str) -> Members:
    """The URL of the registration is among the flow's."""
    members: Members = right(root)
    url = members.pop("x-imssf-registrationUrl")
    members["flows"]["authorizationCode"]["registrationUrl"] = url
    return members


@defect(
    "discovery.no-scopes",
    discovery.flow,
    endpoints=AT,
    breaks=("OB3-DISC-06", "OB3-DISC-09"),
    since="0.2",
)
def no_scopes(right: Right, root: str) -> Members:
    """The flow has no scopes."""
    return without(right(root), "scopes")


@defect(
    "discovery.list-of-scopes",
    discovery.flow,
    endpoints=AT,
    breaks=("OB3-DISC-06",),
    since="0.2",
)
def list_of_scopes(right: Right, root: str) -> Members:
    """The scopes are an array."""
    members: Members = right(root)
    return {**members, "scopes": list(members["scopes"])}


@defect("discovery.no-scheme", discovery.info, endpoints=AT, breaks=("OB3-DISC-07",), since="0.2")
def no_scheme(right: Right, root: str) -> Members:
    """A URL has no scheme."""
    return {**right(root), "x-imssf-privacyPolicyUrl": root.partition("://")[2]}


@defect("discovery.http", discovery.info, endpoints=AT, breaks=("OB3-DISC-08",), since="0.2")
def http(right: Right, root: str) -> Members:
    """A URL is http on another host."""
    return {**right(root), "termsOfService": "http://backpack.example/terms"}


@defect(
    "discovery.profile-alone", discovery.flow, endpoints=AT, breaks=("OB3-DISC-09",), since="0.2"
)
def profile_alone(right: Right, root: str) -> Members:
    """The scopes are those of the profile alone."""
    members: Members = right(root)
    scopes = without(members["scopes"], discovery.UPSERT, discovery.READ)
    return {**members, "scopes": scopes}


@defect("discovery.no-paths", discovery.paths, endpoints=AT, breaks=("OB3-DISC-10",), since="0.2")
def no_paths(_right: Right) -> Members:
    """The description describes no call."""
    return {}


@defect(
    "discovery.dead-refresh", discovery.flow, endpoints=AT, breaks=("OB3-DISC-11",), since="0.2"
)
def dead_refresh(right: Right, root: str) -> Members:
    """Nothing is at the URL for a refresh."""
    return {**right(root), "refreshUrl": f"{root}/ims/ob/v3p0/oauth/refresh"}


@defect(
    "discovery.never-current",
    discovery.is_current,
    endpoints=AT,
    breaks=("OB3-DISC-12",),
    since="0.2",
)
def never_current(_right: Right, _known: str, _tag: str) -> bool:
    """What a client has already is sent again."""
    return False
