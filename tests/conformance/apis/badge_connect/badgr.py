"""For every answer that the profile ``badgr`` has of its own: responses that fit, and some not.

What the specification allows fits as well, and is not repeated here.
"""

from typing import Any

from tests.conformance.apis.badge_connect.answers import (
    ASSERTION,
    BASIC,
    NO_STORE,
    PROFILE,
    TOKENS,
    says,
    status,
)
from tests.conformance.responses import Response

PERSON = {"@context": "https://w3id.org/openbadges/v2", "name": "Ada", "email": "a@example.org"}
LIST = [{"name": "DUPLICATE_BADGE", "description": "no"}]
WORDS = says(400, {"error": "invalid client_secret"})


def versions(*named: str) -> Any:
    """A manifest with entries of these versions."""
    return says(200, {"badgeConnectAPI": [{"version": version} for version in named]})


FITS: dict[str, list[Response]] = {
    "manifest": [says(302, headers={"location": "https://p.example/bcv1/manifest"})],
    "manifest-versions": [versions("v1p0"), versions("v2p1"), versions("v1p0", "v2p1")],
    "pushed": [says(200), says(201), {**status(200, "OK"), "status": 201}],
    "status-code": [{**status(200, "OK"), "status": 201}, status(201, "OK")],
    "error-text": [status(400, "BAD_REQUEST", LIST), status(400, "BAD_REQUEST", {"id": ["no"]})],
    "explained": [status(400, "BAD_REQUEST", LIST), status(400, "BAD_REQUEST", {"id": ["no"]})],
    "not-found": [status(400, "BAD_REQUEST")],
    "validation-error": [status(400, "BAD_REQUEST")],
    "collection": [status(200, "OK", results=[]), status(200, "OK", results=None)],
    "collection-members": [status(200, "OK", results=[], signedAssertions=[])],
    "badges-listed": [status(200, "OK", results=[ASSERTION], signedAssertions=[])],
    "entries": [status(200, "OK", results=[ASSERTION]), status(200, "OK", results=None)],
    "total-told": [says(200), says(200, headers={"x-total-count": "3"})],
    "profile": [status(200, "OK", results=[PERSON])],
    "profile-updated": [status(200, "OK", results=[PERSON]), says(405)],
    "client-refused": [WORDS, says(400, "invalid scope requested")],
    "token-error": [WORDS, says(400, "invalid scope requested")],
    "refusal-in-json": [says(400, "no", {**NO_STORE, "content-type": "text/html"})],
}
"""What Badgr and its forks answer."""

BREAKS: dict[str, list[Response]] = {
    "manifest": [says(302), says(404, headers={"location": "https://p.example"}), says(200, [])],
    "manifest-versions": [versions(), versions("v3p0"), versions("v1p0", "1.0"), says(200, {})],
    "pushed": [says(202), says(204), says(303), says(400, LIST)],
    "status-code": [
        {**status(201, "OK"), "status": 200},
        {**status(200, "OK"), "status": 400},
        {**status(400, "BAD_REQUEST"), "status": 201},
    ],
    "error-text": [
        status(400, "BAD_REQUEST", 7),
        status(400, "BAD_REQUEST", error=True),
        says(400),
    ],
    "explained": [
        *(status(400, "BAD_REQUEST", error) for error in ([], {}, "", None)),
        says(400, {"status": {}}),
    ],
    "not-found": [status(400, "NOT_FOUND"), status(404, "BAD_REQUEST"), status(200, "OK")],
    "validation-error": [status(400, "INVALID_BADGE"), status(200, "OK"), says(400, "no")],
    "collection": [status(200, "OK", results={}), says(200, {"results": []})],
    "collection-members": [status(200, "OK", results=[], count=0)],
    "badges-listed": [
        status(200, "OK", results=[]),
        status(200, "OK", badges=[ASSERTION]),
        says(200, {"results": [ASSERTION]}),
        status(201, "OK", results=[ASSERTION]),
    ],
    "entries": [
        status(200, "OK", results=[{"id": "https://i.example/a"}]),
        status(200, "OK", results=[], assertions=[{}]),
        status(200, "OK", results={}),
    ],
    "total-told": [says(200, headers={"x-total-count": "many"})],
    "profile": [
        *(status(200, "OK", results=found) for found in ([], {}, [PERSON, PERSON], [{}])),
        status(200, "OK", profile=[PROFILE]),
        says(200, {"results": [PERSON]}),
        status(201, "OK", results=[PERSON]),
    ],
    "profile-updated": [status(200, "OK", results=[]), says(500)],
    "client-refused": [says(400), says(401, {"error": "no"}, BASIC), says(403, "no"), says(200)],
    "token-error": [says(400), says(400, {}), says(401, "no"), says(200, TOKENS)],
    "refusal-in-json": [says(400, headers={"content-type": "application/json"}), says(400)],
}
"""What comes near, and is no answer of theirs."""
