"""Each named answer takes every answer that the document allows, and none that comes near."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.schemas import load, misfit, reading, schema_names, validator
from tests.conformance.responses import (
    BADGE,
    BADGE_CLASS,
    GRANT,
    HTML,
    IDENTITY,
    ISSUER,
    JSON,
    LOCATION,
    MESSAGE,
    NO_REFUSALS,
    PAIR,
    REFUSALS,
    Response,
    changed,
    created,
    lands,
    says,
    without,
)

FOLDER = "answers/documented"
REFUSING = (
    "assertion-invalid",
    "badge-missing",
    "grant-type-invalid",
    "method-not-allowed",
    "not-found",
    "origin-mismatch",
    "refresh-token-invalid",
    "scope-insufficient",
    "token-expired",
    "token-invalid",
    "token-missing",
    "wrong-earner",
)
REQUIRED_OF_BADGE = [
    *[(name,) for name in BADGE],
    *[("badge", name) for name in BADGE_CLASS if name != "alignment"],
    *[("badge", "issuer", name) for name in ISSUER],
    *[("verify", name) for name in ("url", "type")],
    *[("_originalRecipient", name) for name in ("identity", "type", "hashed")],
]

FITS: dict[str, list[Response]] = {
    **dict.fromkeys(REFUSING, REFUSALS),
    "access-refused": [
        says(400, "callback expected", {}),
        says(403, "<h1>No", HTML),
        says(422, MESSAGE),
        lands(302, error="invalid_scope"),
        lands(303, error="invalid_scope", state="own"),
    ],
    "already-added": [
        says(304, None, {}),
        says(409, MESSAGE),
        says(409),
        says(200, {"exists": True}),
        says(201, {"exists": True, "badge": BADGE}),
    ],
    "badge-accepted": [
        created(BADGE),
        created(BADGE, 200),
        says(202, {"exists": False}),
        says(201, "exists", HTML),
        says(204),
    ],
    "badge-created": [
        created(BADGE),
        created(BADGE, 200),
        created(BADGE, 202),
        created({**BADGE, "evidence": "http://localhost/e", "x-own": [1]}),
        created(without(BADGE, "badge", "alignment")),
        created(changed(BADGE, "verify", "type", to="signed")),
        created(changed(BADGE, "issuedOn", to="2014-06-26")),
        created(changed(BADGE, "_originalRecipient", "salt", to="deadsea")),
        says(201, {"exists": False, "badge": BADGE, "message": "thanks"}),
    ],
    "consent-page": [
        says(200, "<h1>Allow?", HTML),
        says(200, "<h1>Allow?", {"content-type": "text/html"}),
        says(200, "<html/>", {"content-type": "application/xhtml+xml"}),
    ],
    "denied": [
        lands(302, error="access_denied"),
        lands(303, error="access_denied", state="own"),
        lands(200, error="access_denied", error_description="no"),
    ],
    "endpoint": [says(200, {}), says(201, {}), says(304), *REFUSALS[:4], says(409), says(499)],
    "granted": [
        lands(302, **GRANT),
        lands(303, **GRANT),
        lands(303, **GRANT, state="own", scope="issue"),
    ],
    "identity": [
        says(200, IDENTITY),
        says(200, {**IDENTITY, "hashed": True}),
        says(200, {**IDENTITY, "salt": ""}),
        says(200, {**IDENTITY, "recipient": "SHA256$" + 64 * "A"}),
    ],
    "not-already-added": [
        says(200, {"exists": False}),
        says(201, {"exists": False, "badge": BADGE}),
        says(200, "exists", HTML),
        says(400, MESSAGE),
        says(204),
    ],
    "refresh-accepted": [says(200, PAIR), says(201), says(204), says(200, "done", HTML)],
    "refreshed": [
        says(200, PAIR),
        says(201, PAIR),
        says(200, {**PAIR, "expires": 0.5}),
        says(200, {**PAIR, "token_type": "Bearer", "scope": "issue"}),
    ],
    "returned": [lands(302, **GRANT), lands(303, error="access_denied"), lands(303, any="")],
    "scope-honoured": [says(200, IDENTITY), says(201), says(304), says(400), says(404), says(500)],
}
"""By the name of the answer: what fits it."""

BREAKS: dict[str, list[Response]] = {
    **dict.fromkeys(REFUSING, NO_REFUSALS),
    "access-refused": [
        says(200, "<h1>Allow?", HTML),
        says(400, None, LOCATION),
        says(302, None, LOCATION),
        says(500, "<h1>Oops", HTML),
        lands(303, **GRANT),
        lands(303, state="own"),
        lands(303, error="invalid_scope", access_token="a"),
        without(says(400), "landed"),
    ],
    "already-added": [
        says(304, {"exists": True}),
        says(304, "Not modified"),
        says(200, {"exists": False}),
        says(200, {"exists": "true"}),
        says(200, {"exists": 1}),
        says(200, {}),
        says(200),
        says(201, "exists", HTML),
        says(400, {"exists": True}),
        says(408, MESSAGE),
        says(500, {"exists": True}),
    ],
    "badge-accepted": [
        says(200, {"exists": True}),
        says(304),
        says(400, {"exists": False}),
        says(409),
        says(500, {"exists": False}),
    ],
    "badge-created": [
        created(BADGE, 304),
        created(BADGE, 400),
        created(BADGE, 500),
        created(BADGE, exists=True),
        created(BADGE, exists=0),
        created(None),
        created("http://localhost/a"),
        says(201),
        says(201, BADGE),
        says(201, without({"exists": False, "badge": BADGE}, "exists")),
        says(201, without({"exists": False, "badge": BADGE}, "badge")),
        *[created(without(BADGE, *path)) for path in REQUIRED_OF_BADGE],
        created(changed(BADGE, "recipient", to=BADGE["_originalRecipient"])),
        created(changed(BADGE, "badge", to="http://localhost/b")),
        created(changed(BADGE, "badge", "issuer", to="http://localhost/i")),
        created(changed(BADGE, "badge", "issuer", "origin", to="localhost")),
        created(changed(BADGE, "badge", "_location", to="/b")),
        created(changed(BADGE, "badge", "alignment", to={})),
        created(changed(BADGE, "badge", "name", to="")),
        created(changed(BADGE, "verify", "type", to="carved")),
        created(changed(BADGE, "verify", "url", to="here")),
        created(changed(BADGE, "uid", to=7)),
        created(changed(BADGE, "_originalRecipient", "hashed", to="false")),
        created(changed(BADGE, "_originalRecipient", "type", to="telephone")),
    ],
    "consent-page": [
        says(201, "<h1>Allow?", HTML),
        says(403, "<h1>No", HTML),
        says(302, None, LOCATION),
        says(200, {}, JSON),
        says(200, "Allow?", {}),
        says(200, "Allow?", {"content-type": "text/plain; of=text/html"}),
        lands(200, **GRANT),
    ],
    "denied": [
        says(200, "<h1>No", HTML),
        says(403, MESSAGE),
        lands(303),
        lands(303, error=""),
        lands(303, error="denied"),
        lands(303, error=["access_denied", "access_denied"]),
        lands(303, error="access_denied", access_token="a"),
        lands(303, error="access_denied", refresh_token="r"),
        lands(303, **GRANT),
    ],
    "endpoint": [says(404, MESSAGE), says(405), says(500, MESSAGE), says(501), says(503)],
    "granted": [
        says(200, "<h1>Allow?", HTML),
        lands(200, **GRANT),
        lands(307, **GRANT),
        *[lands(303, **without(GRANT, name)) for name in GRANT],
        *[lands(303, **{**GRANT, name: ""}) for name in GRANT],
        lands(303, **{**GRANT, "access_token": ["planted", "a"]}),
    ],
    "identity": [
        says(201, IDENTITY),
        says(304),
        says(401, IDENTITY),
        says(500, IDENTITY),
        says(200),
        says(200, "sha256$", HTML),
        says(200, [IDENTITY]),
        *[says(200, without(IDENTITY, name)) for name in IDENTITY],
        says(200, {**IDENTITY, "recipient": ""}),
        says(200, {**IDENTITY, "salt": None}),
        says(200, {**IDENTITY, "type": ["email"]}),
    ],
    "not-already-added": [
        says(304),
        says(409, MESSAGE),
        says(200, {"exists": True}),
        says(500, {"exists": True, "badge": BADGE}),
    ],
    "refresh-accepted": [says(303, PAIR), says(304), says(400), says(401), says(500, PAIR)],
    "refreshed": [
        says(303, PAIR),
        says(401, PAIR),
        says(500, PAIR),
        says(200),
        says(200, "expires=3600", HTML),
        *[says(200, without(PAIR, name)) for name in PAIR],
        says(200, {**PAIR, "expires": "3600"}),
        says(200, {**PAIR, "expires": 0}),
        says(200, {**PAIR, "expires": -1}),
        says(200, {**PAIR, "access_token": ""}),
        says(200, {**PAIR, "refresh_token": None}),
    ],
    "returned": [
        lands(303),
        lands(200, **GRANT),
        lands(307, **GRANT),
        says(303, None, LOCATION),
        says(200, "<h1>Done", HTML),
    ],
    "scope-honoured": [says(401, MESSAGE), says(401), says(403, MESSAGE)],
}
"""By the name of the answer: what comes near, and does not fit it."""


def cases(table: Mapping[str, list[Response]]) -> list[Any]:
    """One case for each response of each answer."""
    return [
        pytest.param(name, response, id=f"{name} {number}")
        for name, responses in table.items()
        for number, response in enumerate(responses)
    ]


@pytest.mark.parametrize(("name", "response"), cases(FITS))
def test_an_allowed_answer_fits(name, response):
    """Every freedom that the document leaves is left."""
    assert misfit(validator(f"{FOLDER}/{name}"), response) is None


@pytest.mark.parametrize(("name", "response"), cases(BREAKS))
def test_an_answer_that_is_not_allowed_does_not_fit(name, response):
    """What comes near is not good enough."""
    assert misfit(validator(f"{FOLDER}/{name}"), response) is not None


@pytest.mark.parametrize("table", [FITS, BREAKS], ids=["fits", "breaks"])
def test_every_named_answer_is_tried(table):
    """No answer without responses of both kinds, and none that is gone."""
    assert {name for name, responses in table.items() if responses} == set(schema_names(FOLDER))


@pytest.mark.parametrize(
    ("name", "number", "told"),
    [
        ("already-added", 0, "304 without a body"),
        ("already-added", 1, "409"),
        ("already-added", 3, "2xx with exists true"),
        ("access-refused", 0, "an error page: 4xx without a redirect"),
        ("access-refused", 3, "the callback told an error"),
    ],
)
def test_the_reading_of_an_open_point_is_told(name, number, told):
    """The report says which of the allowed answers a target gives."""
    assert reading(load(f"{FOLDER}/{name}"), FITS[name][number]) == told
