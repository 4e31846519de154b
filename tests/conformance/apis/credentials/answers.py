"""For every named answer of Open Badges 3.0: responses that fit, and some that come near."""

from typing import Any

from tests.conformance.apis.badge_connect.answers import BREAKS as BREAKS_2
from tests.conformance.apis.badge_connect.answers import FITS as FITS_2
from tests.conformance.apis.badge_connect.answers import lands, says
from tests.conformance.responses import Response

SHARED = (
    *("page-first", "code-granted", "access-denied", "no-code", "error-returned", "stays"),
    *("tokens", "tokens-given", "tokens-refused", "token-error", "unauthenticated", "answered"),
    *("registered", "registration-refused", "registration-error", "standard-client"),
    "client-known",
)
"""Answers that are those of Badge Connect."""
SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
UPSERT, READ, PROFILE = (
    {f"{SCOPE}{name}": ""}
    for name in ("credential.upsert", "credential.readonly", "profile.readonly")
)
INFO = {"title": "A", "version": "1", "termsOfService": "https://h/t"}
POLICY = {"x-imssf-privacyPolicyUrl": "https://h/p"}
URLS = {"authorizationUrl": "https://h/a", "tokenUrl": "https://h/t"}
REGISTER = {"type": "oauth2", "x-imssf-registrationUrl": "https://h/r"}
OTHERS = {"first": "https://h/1", "last": "https://h/3"}
JWS = "a.b.c"
JSON = {"content-type": "application/json"}
PERSON = {"id": "https://h/1", "type": ["Profile"]}
FAILED = {"imsx_codeMajor": "failure", "imsx_severity": "error"}


def described(info: Any = None, flow: Any = None, scheme: Any = None, **more: Any) -> Response:
    """A discovery document."""
    whole = {**(scheme or REGISTER), "flows": {"authorizationCode": flow or URLS}}
    components = {"securitySchemes": {"OAuth2ACG": whole}}
    return says(200, {"info": info or INFO, "components": components, **more})


def minor(status: int, value: str, name: str = "host") -> Response:
    """An error with a minor code."""
    field = {"imsx_codeMinorFieldName": name, "imsx_codeMinorFieldValue": value}
    return says(status, {**FAILED, "imsx_codeMinor": {"imsx_codeMinorField": [field]}})


def paths(*names: str, servers: Any = ({"url": "https://h"},)) -> Response:
    """A discovery document with these paths."""
    return described(paths={name: {} for name in names}, servers=list(servers))


FITS: dict[str, list[Response]] = {
    **{name: FITS_2[name] for name in SHARED},
    "client-refused": [
        says(400, {"error": "invalid_client"}),
        says(401, {"error": "invalid_client"}),
    ],
    "described": [says(200, {"openapi": "3.0.1"}), described()],
    "described-info": [described({**INFO, **POLICY})],
    "described-version": [described()],
    "described-scheme": [described()],
    "described-flow": [described(flow={**URLS, "scopes": UPSERT})],
    "described-scopes": [
        described(flow={"scopes": UPSERT}),
        described(flow={"scopes": {**READ, **PROFILE}}),
    ],
    "described-paths": [
        paths("/credentials", "/profile"),
        paths("/a/credentials", "/a/profile", "/x"),
    ],
    "absolute-urls": [described(), described(flow={**URLS, "refreshUrl": "http://127.0.0.1/t"})],
    "secure-urls": [described()],
    "urls-of-this-machine": [
        described(),
        described(flow={**URLS, "refreshUrl": "http://127.0.0.1:8080/t"}),
    ],
    "plain-description": [lands(error="access_denied"), lands(error="x", error_description="No.")],
    "scope-refused": [says(401), says(403, {})],
    "credential-returned": [says(201, {}, echo=True)],
    "collection": [says(200, {}), says(200, {"credential": [], "compactJwsString": []})],
    "collection-members": [says(200, {}), says(200, {"credential": [], "compactJwsString": []})],
    "entries": [says(200, {}), says(200, {"credential": [{}], "compactJwsString": [JWS]})],
    "page-of-two": [says(200, {}, count=1), says(200, {}, count=2)],
    "page-links": [says(200, {}, links={**OTHERS, "next": "https://h/2"})],
    "page-links-back": [
        says(200, {}, links={**OTHERS, "next": "https://h/3", "prev": "https://h/1"})
    ],
    "nothing-listed": [says(200, {}, count=0)],
    "links-keep-since": [
        says(200, {}, links={"next": "https://h/c?since=2&offset=1"}),
        says(200, {}, links={"next": "https://h/c?page=opaque"}),
    ],
    "json-or-not-acceptable": [says(200, {}, JSON), says(200, [], JSON), says(406)],
    "profile": [says(200, PERSON), says(200, {**PERSON, "type": "Profile"})],
    "profile-put": [says(200, PERSON), says(202, {}), says(304), says(400), says(405)],
    "status-info": [says(401, FAILED), says(404, {**FAILED, "imsx_severity": "status"})],
    "minor-codes": [minor(401, "unauthorizedrequest"), minor(400, "unknown")],
    "fitting-codes": [
        minor(401, "unauthorizedrequest"),
        minor(400, "invalid_data"),
        minor(418, "x"),
    ],
    "explained": [says(400, {**FAILED, "imsx_description": "No."})],
    "status-members": [says(400, FAILED), says(400, {**FAILED, "imsx_description": "No."})],
}

BREAKS: dict[str, list[Response]] = {
    **{name: BREAKS_2[name] for name in SHARED},
    "client-refused": [
        says(403, {"error": "invalid_client"}),
        says(400, {"error": "invalid_grant"}),
    ],
    "described": [says(200, {}), says(200, []), says(401, {}), says(200, "text")],
    "described-info": [described(), described({**INFO, "x-imssf-privacyPolicyUrl": ""})],
    "described-version": [described({"title": "A"}), described({"version": 3})],
    "described-scheme": [
        described(scheme={"type": "oauth2"}),
        described(scheme={**REGISTER, "type": "http"}),
    ],
    "described-flow": [described(), described(flow={**URLS, "scopes": {}})],
    "described-scopes": [described(flow={"scopes": READ}), described(flow={"scopes": PROFILE})],
    "described-paths": [
        paths("/credentials"),
        paths("/profile"),
        paths("/credentials", "/profile", servers=()),
        described(),
    ],
    "absolute-urls": [
        described(flow={**URLS, "tokenUrl": "h/t"}),
        described(scheme={**REGISTER, "x-imssf-registrationUrl": "/r"}),
        described({**INFO, "termsOfService": "h/t"}),
    ],
    "secure-urls": [described(flow={**URLS, "refreshUrl": "http://h/t"})],
    "urls-of-this-machine": [described({**INFO, "termsOfService": "http://h/t"})],
    "plain-description": [lands(code="c"), lands(error="x", error_description='"No"')],
    "scope-refused": [says(200), says(404), says(500)],
    "credential-returned": [says(201, {}, echo=False)],
    "collection": [says(200, []), says(200, {"credential": {}}), says(204)],
    "collection-members": [says(200, {"compactJwsStrings": []}), says(200, {"results": []})],
    "entries": [
        says(200, {"credential": [JWS]}),
        says(200, {"compactJwsString": [{}]}),
        says(200, {"compactJwsString": ["a text"]}),
    ],
    "page-of-two": [says(200, {}, count=3), says(200, {}, count=0)],
    "page-links": [says(200, {}, links=OTHERS), says(200, {}, links={})],
    "page-links-back": [says(200, {}, links={**OTHERS, "next": "https://h/3"})],
    "nothing-listed": [says(200, {}, count=1), says(404, {}, count=0)],
    "links-keep-since": [says(200, {}, links={"next": "https://h/c?limit=1&offset=1"})],
    "json-or-not-acceptable": [
        says(200, "<h1>Hi"),
        says(200, {}, {"content-type": "text/html"}),
        says(500),
    ],
    "profile": [
        says(200, {"id": "https://h/1"}),
        says(200, {**PERSON, "type": "Person"}),
        says(404),
    ],
    "profile-put": [says(200, {}), says(201, PERSON), says(500)],
    "status-info": [says(401, {"error": "x"}), says(401, {**FAILED, "imsx_codeMajor": "fatal"})],
    "minor-codes": [
        minor(400, "bad"),
        minor(400, "unknown", ""),
        says(400, {"imsx_codeMinor": {}}),
    ],
    "fitting-codes": [minor(401, "forbidden"), minor(404, "invalid_data")],
    "explained": [says(400, FAILED), says(400, {**FAILED, "imsx_description": ""})],
    "status-members": [says(400, {**FAILED, "requestId": "7"})],
}
