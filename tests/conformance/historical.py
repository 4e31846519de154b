"""For every answer that the historical server gave in one way: what fits it, and what comes near.

What the document allows beside it is among the latter. All other answers are the documented ones.
"""

from collections.abc import Mapping
from typing import Any

from tests.conformance import answers
from tests.conformance.responses import (
    BADGE,
    GRANT,
    HTML,
    JSON,
    LOCATION,
    MESSAGE,
    PAIR,
    Response,
    created,
    lands,
    says,
    without,
)

PLAIN = {"content-type": "text/plain; charset=utf-8"}
REALM = 'Bearer realm="openbadges"'
EXPIRED = "invalid_token: The access token expired"
UNKNOWN = "invalid_token: Unknown access token"
UNSCOPED = "insufficient_scope: Scope 'issue' is required"
EXPECTED = "access token expected"
IN_JSON = {
    "badge-missing": (400, "must provide either url or signature"),
    "origin-mismatch": (400, "issuer origin must be identical to bearer token origin"),
    "wrong-earner": (403, "badge assertion is for a different user"),
}
IN_TEXT = {
    "foreign-page": (401, "invalid origin"),
    "grant-type-invalid": (400, "invalid grant_type"),
    "refresh-token-invalid": (400, "invalid refresh_token"),
}


def in_json(status: int, message: Any, **more: Any) -> Response:
    """A refusal in JSON."""
    return says(status, {"message": message, **more})


def written(status: int, text: Any) -> Response:
    """A refusal in plain text."""
    return says(status, text, PLAIN)


def challenge(body: Any, header: str | None, status: int = 401) -> Response:
    """A refusal of a token."""
    return says(status, body, {**JSON, **({} if header is None else {"www-authenticate": header})})


def unauthorized(message: Any) -> Mapping[str, Any]:
    """The body of a refusal of a token."""
    return {"status": "unauthorized", "message": message}


def error(code: str) -> str:
    """The header that goes with a bad token."""
    return f'{REALM}, error="{code}", error_description="No"'


def fitting(message: str, header: str) -> list[Response]:
    """A token is refused in JSON, with more members, or in plain text."""
    bodies = (unauthorized(message), {**unauthorized(message), "hint": "none"}, message)
    return [challenge(body, header) for body in bodies]


def breaking(message: str, header: str, *headers: str | None) -> list[Response]:
    """Another status, another text, another header."""
    body = unauthorized(message)
    return [
        challenge(body, header, 400),
        challenge(body, header, 403),
        challenge(body, header, 500),
        challenge(body, header, 200),
        challenge({"message": message}, header),
        challenge(unauthorized("no"), header),
        challenge(without(body, "message"), header),
        challenge(f"no {message}", header),
        challenge(None, header),
        *[challenge(body, header) for header in (None, "Basic", *headers)],
    ]


INVALID, INSUFFICIENT = error("invalid_token"), error("insufficient_scope")

FITS: dict[str, list[Response]] = {
    **{
        name: [in_json(status, message), in_json(status, message, hint="none")]
        for name, (status, message) in IN_JSON.items()
    },
    **{name: [written(status, message)] for name, (status, message) in IN_TEXT.items()},
    "access-refused": [
        written(400, "callback expected"),
        written(400, "scope expected"),
        written(400, "invalid scope: everything"),
        written(400, "invalid callback: javascript:alert(1)"),
    ],
    "already-added": [says(304, None, {})],
    "assertion-invalid": [in_json(400, "no issuedOn"), in_json(400, "bad", problems=[1])],
    "badge-accepted": [created(BADGE), says(201, {"exists": False})],
    "badge-created": [fit for fit in answers.FITS["badge-created"] if fit["status"] == 201],
    "granted": [lands(303, **GRANT), lands(303, **GRANT, state="own")],
    "method-not-allowed": [says(404), says(405, MESSAGE)],
    "not-found": [says(404), says(404, "<h1>No", HTML)],
    "refresh-accepted": [says(200, PAIR), says(200, "done", HTML)],
    "refreshed": [fit for fit in answers.FITS["refreshed"] if fit["status"] == 200],
    "returned": [lands(303, **GRANT), lands(303, error="access_denied")],
    "scope-insufficient": fitting(UNSCOPED, INSUFFICIENT),
    "token-expired": fitting(EXPIRED, INVALID),
    "token-invalid": fitting(UNKNOWN, INVALID),
    "token-missing": [
        challenge({"message": EXPECTED}, REALM),
        challenge({"message": EXPECTED, "header": "Authorization"}, REALM),
        challenge(EXPECTED, REALM),
    ],
}
"""By the name of the answer: what fits it."""

BREAKS: dict[str, list[Response]] = {
    **{
        name: [
            *[in_json(other, message) for other in (200, 401, 422, 500)],
            in_json(status, "no"),
            in_json(status, ""),
            written(status, message),
            says(status, {"error": message}),
            says(status),
        ]
        for name, (status, message) in IN_JSON.items()
    },
    **{
        name: [
            *[written(other, message) for other in (200, 403, 422, 500)],
            in_json(status, message),
            written(status, message.upper()),
            written(status, f"{message}: no"),
            says(status),
        ]
        for name, (status, message) in IN_TEXT.items()
    },
    "access-refused": [
        *answers.BREAKS["access-refused"],
        written(403, "scope expected"),
        written(400, "scope missing"),
        written(400, "invalid scope: "),
        written(400, "no invalid callback: this"),
        says(400, "scope expected", LOCATION),
        in_json(400, "scope expected"),
        says(400),
        lands(302, error="invalid_scope"),
    ],
    "already-added": [
        *answers.BREAKS["already-added"],
        says(409, MESSAGE),
        says(200, {"exists": True}),
        without(says(304, None, {}), "body"),
    ],
    "assertion-invalid": [
        in_json(422, "no issuedOn"),
        in_json(403, "no issuedOn"),
        in_json(500, "no issuedOn"),
        in_json(400, ""),
        in_json(400, ["no issuedOn"]),
        written(400, "Bad Request"),
        says(400, {}),
        says(400),
    ],
    "badge-accepted": [
        created(BADGE, 200),
        created(BADGE, exists=True),
        created(BADGE, exists=0),
        says(201, {"badge": BADGE}),
        says(201, "exists", HTML),
        says(201),
        says(204),
    ],
    "badge-created": [
        *answers.BREAKS["badge-created"],
        created(BADGE, 200),
        created(BADGE, 202),
    ],
    "granted": [*answers.BREAKS["granted"], lands(302, **GRANT)],
    "method-not-allowed": [says(400), says(403), says(501), says(200, {})],
    "not-found": [says(405), says(400), says(410), says(200), says(500)],
    "refresh-accepted": [says(201, PAIR), says(204), says(303, PAIR), says(400), says(500)],
    "refreshed": [*answers.BREAKS["refreshed"], says(201, PAIR)],
    "returned": [*answers.BREAKS["returned"], lands(302, **GRANT)],
    "scope-insufficient": breaking(UNSCOPED, INSUFFICIENT, REALM, INVALID),
    "token-expired": [
        *breaking(EXPIRED, INVALID, REALM, INSUFFICIENT),
        *fitting(UNKNOWN, INVALID),
        challenge(unauthorized(EXPIRED), 'Bearer error="invalid_token"'),
    ],
    "token-invalid": [
        *breaking(UNKNOWN, INVALID, REALM, INSUFFICIENT),
        *fitting(EXPIRED, INVALID),
        challenge(unauthorized(UNKNOWN), f"{REALM}, error=invalid"),
    ],
    "token-missing": [
        *[challenge({"message": EXPECTED}, REALM, other) for other in (200, 400, 403, 500)],
        *[
            challenge({"message": EXPECTED}, header)
            for header in (None, "Bearer", "Basic", INVALID)
        ],
        challenge({"message": "no"}, REALM),
        challenge({"error": EXPECTED}, REALM),
        challenge("Unauthorized", REALM),
        challenge(None, REALM),
    ],
}
"""By the name of the answer: what comes near, and does not fit it."""
