"""For every named answer of Badge Connect: responses that fit, and some that come near."""

from typing import Any

from tests.conformance.responses import Response

SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/"
NO_STORE = {"cache-control": "no-store"}
BASIC = {"www-authenticate": 'Basic realm="p"'}


def says(status: int, body: Any = None, headers: dict[str, str] | None = None, **more: Any) -> Any:
    """A response that stays at the provider."""
    return {"status": status, "headers": headers or {}, "body": body, "landed": None, **more}


def lands(**parameters: str) -> Any:
    """The browser at the redirect_uri."""
    landed = {"url": "http://127.0.0.1/callback", "parameters": parameters, "acted": True}
    return {"status": 302, "headers": {}, "body": None, "landed": landed}


def status(code: int, text: str, error: Any = None, **members: Any) -> Any:
    """A response of the API in its envelope."""
    whole = {"statusCode": code, "statusText": text, "error": error}
    return says(code, {"status": whole, **members})


CLIENT = {
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
}
TOKENS = {"access_token": "a", "token_type": "Bearer"}
ASSERTION = {"id": "https://i.example/a", "type": "Assertion"}
PROFILE = {"id": "https://p.example/1", "type": "Profile"}
MANIFEST = {"id": "https://p.example/", "badgeConnectAPI": [{"name": "P", "version": "v2p1"}]}
REFUSALS = [says(400), says(401, {}), says(422, "no")]
NO_REFUSALS = [says(200), says(302), says(500)]
LINKS = {"first": "https://p/?limit=1&since=2", "last": "https://p/?since=2&limit=1"}

FITS: dict[str, list[Response]] = {
    "manifest": [says(200, MANIFEST)],
    "manifest-versions": [says(200, MANIFEST)],
    "manifest-members": [says(200, {**MANIFEST, "@context": "https://x", "type": "Manifest"})],
    "registered": [says(201, CLIENT)],
    "registration-refused": REFUSALS,
    "registration-error": [says(400, {"error": "invalid_client_metadata"})],
    "standard-client": [says(400), says(201, CLIENT), says(200, {**CLIENT, "x": 1})],
    "unknown-scope-dropped": [says(400), says(201, {"scope": "offline_access"})],
    "client-known": [says(200, TOKENS), says(400, {"error": "invalid_grant"}), says(400)],
    "page-first": [says(200, "<h1>Log in")],
    "code-granted": [lands(code="c"), lands(code="c", state="s", scope="x")],
    "access-denied": [lands(error="access_denied", state="s")],
    "no-code": [says(400), says(200, "<h1>No"), lands(error="invalid_request")],
    "error-returned": [lands(error="invalid_request"), lands(error="invalid_scope", state="s")],
    "stays": [says(400), says(200, "<h1>No")],
    "refused-or-narrower": [says(400), lands(code="c"), lands(error="invalid_scope")],
    "tokens": [says(200, TOKENS), says(200, {**TOKENS, "token_type": "bearer", "expires_in": 1})],
    "tokens-given": [says(200, {"access_token": "a"}), says(201, TOKENS)],
    "tokens-refused": REFUSALS,
    "token-error": [says(400, {"error": "invalid_grant"}), says(401, {"error": "invalid_client"})],
    "client-refused": [says(401, {"error": "invalid_client"}, BASIC)],
    "refusal-in-json": [says(400, {}, {**NO_STORE, "content-type": "application/json"})],
    "same-scope-or-refused": [says(400), says(200, {**TOKENS, "scope": f"{SCOPE}x"})],
    "unauthenticated": [says(401), status(401, "UNAUTHENTICATED")],
    "scope-refused": [says(401), says(403)],
    "permission-denied": [status(401, "PERMISSION_DENIED")],
    "badge-refused": [status(400, "INVALID_BADGE")],
    "badge-malformed": [status(400, "INVALID_BADGE"), status(400, "REQUEST_VALIDATION_ERROR")],
    "recipient-mismatch": [status(400, "RECIPIENT_PROFILE_MISMATCH")],
    "validation-error": [status(400, "REQUEST_VALIDATION_ERROR")],
    "not-found": [status(404, "NOT_FOUND")],
    "method-not-allowed": [status(405, "METHOD_NOT_ALLOWED")],
    "answered": [says(200), says(404)],
    "pushed": [says(200), status(200, "OK")],
    "status-alone": [status(200, "OK")],
    "collection": [status(200, "OK"), status(200, "OK", assertions=[], signedAssertions=None)],
    "collection-members": [status(200, "OK", assertions=[], signedAssertions=[])],
    "badges-listed": [
        status(200, "OK", assertions=[ASSERTION]),
        status(200, "OK", assertions=[], signedAssertions=["a.b.c"]),
    ],
    "nothing-listed": [says(200, {}, count=0)],
    "entries": [
        status(200, "OK", assertions=[ASSERTION], signedAssertions=["aA0_-.b.c"]),
        status(200, "OK", assertions=None),
        status(200, "OK", assertions=[{**ASSERTION, "type": ["Assertion", "Extension"]}]),
    ],
    "total-told": [says(200, headers={"x-total-count": "0"})],
    "page-of-two": [says(200, {}, count=0), says(200, {}, count=2)],
    "has-next": [says(200, links={"next": "https://p/"})],
    "page-links": [says(200, links=LINKS)],
    "page-links-back": [says(200, links={**LINKS, "prev": "https://p/"})],
    "links-keep": [says(200, links=LINKS), says(200, links={})],
    "profile": [
        status(200, "OK", profile=PROFILE),
        status(200, "OK", profile={**PROFILE, "type": ["Profile"]}),
    ],
    "profile-updated": [status(200, "OK", profile=PROFILE), says(400), says(405)],
    "envelope": [status(200, "OK"), status(400, "BAD_REQUEST", "no")],
    "status-code": [status(200, "OK"), status(201, "OK"), status(405, "METHOD_NOT_ALLOWED")],
    "status-text": [status(200, "OK"), status(400, "BAD_REQUEST"), status(401, "UNAUTHENTICATED")],
    "post-status-text": [status(200, "OK"), status(201, "OK"), status(400, "INVALID_BADGE")],
    "error-text": [status(200, "OK"), status(400, "BAD_REQUEST", "no"), says(200, {"status": {}})],
    "explained": [status(400, "BAD_REQUEST", "there is no badge")],
    "no-envelope": [says(200, TOKENS)],
    "retry-after": [
        says(200),
        says(503, headers={"retry-after": "120"}),
        says(503, headers={"retry-after": "Fri, 27 Nov 2026 12:00:00 GMT"}),
    ],
}
"""What the specification allows."""

BREAKS: dict[str, list[Response]] = {
    "manifest": [says(302), says(404), says(200, "<html>"), says(200, []), says(200, {})],
    "manifest-versions": [
        says(200, {"badgeConnectAPI": [{"version": "v1p0"}]}),
        says(200, {"badgeConnectAPI": [{"version": "v2p1"}, {"version": "2.1"}]}),
        says(200, {"badgeConnectAPI": []}),
    ],
    "manifest-members": [
        says(200, {**MANIFEST, "own": 1}),
        says(200, {"badgeConnectAPI": [{"name": "P", "supportUrl": "x"}]}),
    ],
    "registered": [says(200, CLIENT), says(201, "done"), says(400)],
    "registration-refused": NO_REFUSALS,
    "registration-error": [says(400, {"error": "no"}), says(400, "no"), says(422, {})],
    "standard-client": [
        says(201, {**CLIENT, "grant_types": ["password"]}),
        says(201, {**CLIENT, "token_endpoint_auth_method": "none"}),
        says(201, {**CLIENT, "response_types": ["code", "token"]}),
        says(500),
    ],
    "unknown-scope-dropped": [says(201, {"scope": f"{SCOPE}assertion.burn"}), says(201, {})],
    "client-known": [says(401), says(400, {"error": "invalid_client"}), says(500)],
    "page-first": [lands(code="c"), says(400)],
    "code-granted": [says(200), lands(state="s"), lands(code=""), lands(code="c", error="e")],
    "access-denied": [lands(error="no"), lands(error="access_denied", code="c"), says(200)],
    "no-code": [lands(code="c"), says(500)],
    "error-returned": [lands(error="nope"), lands(code="c"), says(400)],
    "stays": [lands(error="invalid_request"), says(302, headers={"location": "x"}), says(500)],
    "refused-or-narrower": [says(500)],
    "tokens": [says(200, {"access_token": "a"}), says(201, TOKENS), says(200, "a")],
    "tokens-given": [
        *(says(200, body) for body in ("a", {}, {"access_token": 1}, {"refresh_token": "r"})),
        says(400, TOKENS),
    ],
    "tokens-refused": [*NO_REFUSALS, says(400, TOKENS)],
    "token-error": [says(400, {"error": "no"}), says(400, "no"), says(403, {})],
    "client-refused": [
        says(400, {"error": "invalid_client"}, BASIC),
        says(401, {"error": "invalid_client"}),
        says(401, {"error": "no"}, BASIC),
    ],
    "refusal-in-json": [
        says(400, "no", {**NO_STORE, "content-type": "text/plain"}),
        says(400, {}, {"content-type": "application/json"}),
        says(400, {}, {"cache-control": "private", "content-type": "application/json"}),
    ],
    "same-scope-or-refused": [
        says(200, {**TOKENS, "scope": f"{SCOPE}assertion.create"}),
        says(200, TOKENS),
        says(400, TOKENS),
    ],
    "unauthenticated": [says(200), says(403)],
    "scope-refused": [says(200), says(400), says(500)],
    "permission-denied": [status(401, "UNAUTHENTICATED"), status(403, "PERMISSION_DENIED")],
    "badge-refused": [status(400, "BAD_REQUEST"), status(200, "OK"), says(400)],
    "badge-malformed": [status(400, "BAD_REQUEST"), status(200, "OK"), says(400, "no")],
    "recipient-mismatch": [status(400, "INVALID_BADGE"), status(200, "OK")],
    "validation-error": [status(400, "BAD_REQUEST"), status(200, "OK"), says(400)],
    "not-found": [says(404), status(404, "OK"), status(200, "NOT_FOUND")],
    "method-not-allowed": [says(405), status(404, "NOT_FOUND")],
    "answered": [says(500), says(503)],
    "pushed": [says(201), says(204), says(400)],
    "status-alone": [status(200, "OK", assertion={}), says(200, {})],
    "collection": [says(200, {}), status(200, "OK", assertions={}), status(400, "BAD_REQUEST")],
    "collection-members": [status(200, "OK", results=[])],
    "badges-listed": [
        status(200, "OK", results=[ASSERTION]),
        status(200, "OK", assertions=[], signedAssertions=[]),
        says(200, {"assertions": [ASSERTION]}),
        says(200, {}),
    ],
    "nothing-listed": [says(200, {}, count=1), says(400, {}, count=0)],
    "entries": [
        status(200, "OK", assertions=[{"id": "https://i.example/a"}]),
        status(200, "OK", assertions=[{**ASSERTION, "type": "Award"}]),
        status(200, "OK", signedAssertions=[ASSERTION]),
        status(200, "OK", signedAssertions=["a.b"]),
    ],
    "total-told": [says(200), says(200, headers={"x-total-count": "many"})],
    "page-of-two": [says(200, {}, count=3), says(400, {}, count=0)],
    "has-next": [says(200, links={}), says(200, links={"last": "https://p/"})],
    "page-links": [says(200, links={}), says(200, links={"first": "https://p/"})],
    "page-links-back": [says(200, links=LINKS)],
    "links-keep": [says(200, links={"next": "https://p/?since=1"})],
    "profile": [
        status(200, "OK", profile={"id": "https://p.example/1"}),
        status(200, "OK", profile=[PROFILE]),
        status(200, "OK", results=[PROFILE]),
    ],
    "profile-updated": [status(200, "OK"), says(500), says(201)],
    "envelope": [says(200, {}), says(401), says(200, {"status": {"statusCode": "200"}})],
    "status-code": [
        {**status(200, "OK"), "status": 201},
        says(400, {"status": {"statusCode": 200}}),
    ],
    "status-text": [status(200, "Fine"), status(401, "OK"), status(400, "INVALID_BADGE")],
    "post-status-text": [
        status(200, "CREATED"),
        status(201, "CREATED"),
        status(401, "INVALID_BADGE"),
    ],
    "error-text": [status(400, "BAD_REQUEST", ["no"]), status(400, "BAD_REQUEST", {"no": 1})],
    "explained": [status(400, "BAD_REQUEST"), status(400, "BAD_REQUEST", "")],
    "no-envelope": [status(200, "OK"), says(200, "a")],
    "retry-after": [says(503, headers={"retry-after": "soon"})],
}
"""What comes near and is not allowed."""
