"""Each term of an expectation holds for what it asks for, and breaks for what it does not."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from conformance.openbadges.bundle import Bundle
from conformance.scenario.expectations.evidence import ResponseEvidence
from conformance.scenario.expectations.terms import TERMS, comes_about, judge
from tests.conformance.badges import bundle
from tests.conformance.responses import (
    BADGE,
    GRANT,
    HTML,
    IDENTITY,
    MESSAGE,
    changed,
    created,
    lands,
    says,
    without,
)

EMAIL = "ada@example.org"
HASH = hashlib.sha256(f"{EMAIL}{IDENTITY['salt']}".encode()).hexdigest()
AT_ONCE = [says(201, {"exists": False, "badge": BADGE}), says(304), says(304)]
ISSUER_SCHEMA = "backpack-conformance:openbadges/1.0/issuer.json"
ENCODED = base64.b64encode(EMAIL.encode()).decode()


def told_back(badge: Bundle) -> dict[str, Any]:
    """A badge as a correct Backpack returns it."""
    issuer = {
        **badge.parts["issuer"].content,
        "_location": badge.parts["badge"].content["issuer"],
        "origin": "http://127.0.0.1:9",
    }
    badge_class = {**badge.parts["badge"].content, "issuer": issuer}
    badge_class["_location"] = badge.assertion["badge"]
    recipient = badge.assertion["recipient"]
    return {
        **badge.assertion,
        "recipient": recipient["identity"],
        "badge": badge_class,
        "_originalRecipient": recipient,
        "issued_on": 1,
    }


OWN = bundle(members={"x-é": [1, None]}, badge_class={"tags": ["☃"]}, issuer={"x": {"y": 1}})
WRITTEN = {"members": {"x-é": [1, None]}, "badge_class": {"tags": ["☃"]}, "issuer": {"x": {"y": 1}}}
HOSTED = {name: OWN.parts[name].content for name in ("assertion", "badge", "issuer")}
TOLD = told_back(OWN)


def created_with(*path: str, to: Any) -> Mapping[str, Any]:
    """The answer that returns the badge with one member changed."""
    return created(changed(TOLD, *path, to=to))


HOLDS: list[tuple[str, Any, Mapping[str, Any]]] = [
    ("answer", "identity", says(200, IDENTITY)),
    (
        "schema",
        "requirement",
        says(
            200,
            {"area": "token", "role": "issuer", "title": "T"}
            | {
                "requirements": [
                    {
                        "id": "BC-X-01",
                        "level": "MUST",
                        "statement": "Something is so.",
                        "basis": "rfc",
                        "source": {"rfc": 1, "section": "1"},
                        "mend": "Make it so, at once.",
                    }
                ]
            },
        ),
    ),
    ("schema", "openbadges/1.0/assertion", says(200, OWN.assertion)),
    ("schema", "openbadges/0.5/assertion", says(200, bundle("0.5").assertion)),
    ("body", {"issuer": {"$ref": ISSUER_SCHEMA}}, says(200, {"issuer": HOSTED["issuer"]})),
    ("status", 404, says(404)),
    ("status", "4xx", says(499)),
    ("status", [304, "2xx"], says(304)),
    ("status", [304, "2xx"], says(204)),
    ("body", {"exists": False}, says(200, {"exists": False, "badge": 1})),
    ("body", {"message": {"type": "string", "minLength": 1}}, says(400, MESSAGE)),
    ("body", {"of": None}, says(200, {"of": None})),
    ("landed", {"error": "access_denied"}, lands(error="access_denied")),
    ("landed", {"error": None}, lands(**GRANT)),
    ("landed", {"error": None, "expires": "3600"}, lands(**GRANT)),
    ("header", {"x": "1"}, says(200, headers={"x": "1"})),
    ("header", {"x": {"pattern": "no-store"}}, says(200, headers={"x": "private, no-store"})),
    ("header", {"x": None}, says(200, headers={"y": "1"})),
    ("differs", {"access_token": "old"}, says(200, {"access_token": "new"})),
    ("differs", {"access_token": "old"}, lands(access_token="new")),
    ("equals", {"recipient": IDENTITY["recipient"]}, says(200, IDENTITY)),
    ("equals", {"a": {"b": [1, None]}}, says(200, {"a": {"b": [1, None]}})),
    ("absent", EMAIL, says(200, IDENTITY)),
    ("contains", ["sha256", "email"], says(200, IDENTITY)),
    ("exactly", {"badge-created": 1, "already-added": "rest"}, says(200, AT_ONCE)),
    ("exactly", {"already-added": 2, "badge-created": "rest"}, says(200, AT_ONCE)),
    ("exactly", {"already-added": 3}, says(200, [says(304)] * 3)),
    ("shows", "127.0.0.1:80 wants", says(200, "<p><b>127.0.0.1:80</b>\n wants", HTML)),
    ("shows", "<Ada>", says(200, "<p>&lt;Ada&gt;", HTML)),
    ("hash_of", EMAIL, says(200, {**IDENTITY, "recipient": f"sha256${HASH}"})),
    ("hash_of", EMAIL, says(200, {**IDENTITY, "recipient": f"sha256${HASH.upper()}"})),
    ("matches_hosted", HOSTED, created(TOLD)),
    ("matches_hosted", HOSTED, created({**TOLD, "more": 1})),
    ("keeps", WRITTEN, created(TOLD)),
    ("no_hash_of", "grace@example.org", says(200, {**IDENTITY, "recipient": f"sha256${HASH}"})),
    ("escaped", "<b>", says(400, "&lt;b&gt;", HTML)),
    ("escaped", "<b>", says(400, {"message": "<b>"})),
    ("escaped", "<b>", says(400, "<b>", {"content-type": "text/plain"})),
    ("within", 0.5, says(200)),
    ("entropy_bits", {"of": ["9c1f6e02ab34", "07d5e8bb1c90"], "least": 48}, says(200)),
    ("underived", {"of": ["9c1f6e02ab3407d5e8bb1c90"], "from": ["ada@example.org"]}, says(200)),
    ("check", "no-internals", says(400, MESSAGE)),
    ("check", "valid-json", says(200, IDENTITY)),
    ("keeps", {}, created({})),
]
"""Name of the term, what is wanted, and a response that is so."""

BREAKS: list[tuple[str, Any, Mapping[str, Any]]] = [
    ("answer", "identity", says(201, IDENTITY)),
    ("schema", "requirement", says(200, {})),
    ("schema", "openbadges/1.1/assertion", says(200, OWN.assertion)),
    ("schema", "openbadges/1.0/assertion", says(200, without(OWN.assertion, "uid"))),
    ("body", {"issuer": {"$ref": ISSUER_SCHEMA}}, says(200, {"issuer": HOSTED["badge"]})),
    ("status", 404, says(403)),
    ("status", "4xx", says(500)),
    ("status", [304, "2xx"], says(302)),
    ("body", {"exists": False}, says(200, {"exists": True})),
    ("body", {"exists": False}, says(200, {"exists": 0})),
    ("body", {"exists": False}, says(200, {})),
    ("body", {"exists": False}, says(200, "exists", HTML)),
    ("body", {"exists": False}, says(200)),
    ("body", {"message": {"type": "string", "minLength": 1}}, says(400, {"message": ""})),
    ("body", {"of": None}, says(200, {})),
    ("landed", {"error": "access_denied"}, lands(error="denied")),
    ("landed", {"error": "access_denied"}, says(200)),
    ("landed", {"error": None}, lands(error="access_denied")),
    ("landed", {"error": None, "expires": "3600"}, lands(expires="60")),
    ("header", {"x": "1"}, says(200, headers={})),
    ("header", {"x": {"pattern": "no-store"}}, says(200, headers={"x": "private"})),
    ("header", {"x": None}, says(200, headers={"x": ""})),
    ("differs", {"access_token": "old"}, says(200, {"access_token": "old"})),
    ("differs", {"a": 1, "b": 2}, says(200, {"a": 2, "b": 2})),
    ("differs", {"access_token": "old"}, lands(access_token="old")),
    ("equals", {"recipient": "sha256$"}, says(200, IDENTITY)),
    ("equals", {"recipient": "sha256$"}, says(200, "sha256$", HTML)),
    ("absent", EMAIL, says(200, {"you": EMAIL})),
    ("absent", EMAIL, says(200, {"you": EMAIL.upper()})),
    ("absent", EMAIL, says(200, {"you": "ada%40example.org"})),
    ("absent", EMAIL, says(200, {"you": f"{ENCODED}=="})),
    ("absent", EMAIL, says(200, headers={"x-earner": EMAIL})),
    ("contains", ["sha256", "phone"], says(200, IDENTITY)),
    ("contains", ["connect"], says(200, "window.OpenBadges = {};", {"connection": "close"})),
    ("exactly", {"badge-created": 2, "already-added": "rest"}, says(200, AT_ONCE)),
    ("exactly", {"badge-created": 1, "already-added": 1, "identity": "rest"}, says(200, AT_ONCE)),
    ("exactly", {"badge-created": 1, "already-added": "rest"}, says(200, [*AT_ONCE, None])),
    ("exactly", {"badge-created": 1, "already-added": "rest"}, says(200, [*AT_ONCE, says(500)])),
    ("shows", "127.0.0.1:80", says(200, '<p title="127.0.0.1:80">Allow?', HTML)),
    ("shows", "127.0.0.1:80", says(200, "<!-- 127.0.0.1:80 -->", HTML)),
    ("shows", "127.0.0.1:80", says(200, {"shows": "127.0.0.1:80"})),
    ("hash_of", EMAIL, says(200, IDENTITY)),
    ("hash_of", EMAIL, says(200, {"recipient": f"sha256${HASH}"})),
    ("hash_of", EMAIL, says(200, {**IDENTITY, "recipient": [HASH]})),
    ("hash_of", EMAIL, says(200)),
    ("matches_hosted", HOSTED, created_with("uid", to="other")),
    ("matches_hosted", HOSTED, created_with("recipient", to=TOLD["_originalRecipient"])),
    ("matches_hosted", HOSTED, created_with("_originalRecipient", "salt", to="other")),
    ("matches_hosted", HOSTED, created_with("badge", "name", to="other")),
    ("matches_hosted", HOSTED, created_with("badge", "issuer", "url", to="other")),
    ("matches_hosted", HOSTED, created_with("badge", "_location", to=HOSTED["badge"]["issuer"])),
    ("matches_hosted", HOSTED, created_with("badge", "issuer", "_location", to="http://other/i")),
    ("matches_hosted", HOSTED, created_with("badge", to="http://127.0.0.1/badge")),
    ("matches_hosted", HOSTED, created(without(TOLD, "issuedOn"))),
    ("matches_hosted", HOSTED, says(201, "created", HTML)),
    ("matches_hosted", HOSTED, created_with("badge", "issuer", "origin", to="http://127.0.0.1:9/")),
    ("keeps", {"members": {"x": None}}, created({"y": 1})),
    ("keeps", WRITTEN, created_with("x-é", to=[1])),
    ("keeps", WRITTEN, created(without(TOLD, "badge", "tags"))),
    ("keeps", WRITTEN, created_with("badge", "issuer", "x", to={"y": 2})),
    ("keeps", WRITTEN, says(201)),
    ("no_hash_of", EMAIL, says(200, {**IDENTITY, "recipient": f"sha256${HASH}"})),
    ("no_hash_of", EMAIL, says(200, {**IDENTITY, "recipient": EMAIL})),
    ("escaped", "<b>", says(400, "no <b>", HTML)),
    ("escaped", "<b>", says(400, "no <b>", {})),
    ("within", -1, says(200)),
    ("entropy_bits", {"of": ["1403784577001", "1403784577935"], "least": 48}, says(200)),
    ("underived", {"of": ["ada@example.org-1"], "from": ["ada@example.org"]}, says(200)),
    ("check", "no-internals", says(500, "no such table: grants")),
    ("check", "valid-json", says(200, IDENTITY, HTML)),
]
"""Name of the term, what is wanted, and a response that is not so."""


def evidence(response: Mapping[str, Any]) -> ResponseEvidence:
    """The evidence of a step."""
    body = response["body"]
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return ResponseEvidence(response, content, answers="answers/connect/documented")


def cases(table: list[tuple[str, Any, Mapping[str, Any]]]) -> list[Any]:
    """One test for each row."""
    return [
        pytest.param(*row, id=f"{row[0]} {number}") for number, row in enumerate(table, start=1)
    ]


@pytest.mark.parametrize(("name", "wanted", "response"), cases(HOLDS))
def test_a_term_holds_for_what_it_asks_for(name, wanted, response):
    """It says what was expected."""
    judged = TERMS[name](evidence(response), wanted)
    assert judged.holds, judged
    assert judged.expected


@pytest.mark.parametrize(("name", "wanted", "response"), cases(BREAKS))
def test_a_term_breaks_for_anything_else(name, wanted, response):
    """It says what was expected and what came back."""
    judged = TERMS[name](evidence(response), wanted)
    assert not judged.holds
    assert judged.expected
    assert judged.came_back


@pytest.mark.parametrize("table", [HOLDS, BREAKS], ids=["holds", "breaks"])
def test_every_term_is_tried(table):
    """No term that has never been seen to hold, and none that has never been seen to break."""
    assert {name for name, _, _ in table} == set(TERMS)


@pytest.mark.parametrize(
    ("when", "response", "comes"),
    [
        (None, says(500), True),
        ("error", says(400), True),
        ("error", says(599), True),
        ("error", says(304), False),
        ("error", says(200), False),
        ("success", says(204), True),
        ("success", says(302), False),
        ("success", says(404), False),
        ("landed", lands(error="a"), True),
        ("landed", lands(), False),
        ("landed", says(200), False),
        ({"properties": {"status": {"const": 304}}}, says(304), True),
        ({"properties": {"status": {"const": 304}}}, says(409), False),
    ],
)
def test_an_expectation_is_judged_only_where_its_situation_came_about(when, response, comes):
    """A row about errors says nothing of good answers."""
    assert comes_about(evidence(response), when) is comes
    assert (judge(evidence(response), {"when": when, "status": 1}) is not None) is comes


def test_all_terms_of_an_expectation_must_hold():
    """The first violated term is reported."""
    terms = {"status": 200, "body": {"type": "email"}, "equals": {"salt": "x"}}
    judged = judge(evidence(says(200, IDENTITY)), terms)
    assert (judged.holds, judged.expected) == (False, "body.salt 'x'")
    assert judge(evidence(says(200, {**IDENTITY, "salt": "x"})), terms).holds


def test_the_reading_is_told_also_beside_other_terms():
    """Which of the allowed answers it was is not lost."""
    judged = judge(evidence(says(409)), {"status": "4xx", "answer": "already-added"})
    assert (judged.holds, judged.reading) == (True, "409")


@pytest.mark.parametrize(
    ("name", "wanted", "response"),
    [
        ("equals", {"exists": False}, says(200, {"exists": 0})),
        ("differs", {"exists": False}, says(200, {"exists": 0})),
        ("keeps", {"members": {"x": [True]}}, created({"x": [1]})),
        ("matches_hosted", HOSTED, created_with("_originalRecipient", "hashed", to=1)),
    ],
)
def test_a_boolean_is_no_number(name, wanted, response):
    """JSON knows them apart."""
    assert TERMS[name](evidence(response), wanted).holds is (name == "differs")


def test_an_email_may_be_hashed_in_lower_case():
    """An account ``Ada@Example.org`` is the same person to most Backpacks."""
    response = says(200, {**IDENTITY, "recipient": f"sha256${HASH}"})
    assert TERMS["hash_of"](evidence(response), "Ada@Example.org").holds


@pytest.mark.parametrize(
    ("term", "expected", "response", "places"),
    [
        ("status", 200, says(401), ("status",)),
        ("answer", "identity", says(200, without(IDENTITY, "salt")), ("body.salt",)),
        ("answer", "identity", says(500, IDENTITY), ("status",)),
        (
            "body",
            {"expires": 7, "error": "no"},
            says(200, {"expires": 8, "error": "no"}),
            ("body.expires",),
        ),
        ("header", {"x-a": "1"}, says(200), ("headers.x-a",)),
        ("differs", {"salt": IDENTITY["salt"]}, says(200, IDENTITY), ("body.salt",)),
        ("keeps", WRITTEN, created_with("badge", "tags", to=[]), ("body.badge.badge.tags",)),
        ("hash_of", "eve@example.org", says(200, IDENTITY), ("body.recipient",)),
    ],
)
def test_a_term_says_where_the_answer_does_not_match(term, expected, response, places):
    """Status, header or member of the body, for the report to mark."""
    result = TERMS[term](ResponseEvidence(response, answers="answers/connect/documented"), expected)
    assert (result.holds, result.places) == (False, places)
