"""The OpenAPI document: valid by its own standard, and what the controls really answer."""

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from mock_backpack.control.operations import OPERATIONS
from mock_backpack.control.shapes import USES
from tests.mock_backpack.earner import send

pytestmark = pytest.mark.anyio

NOT_JSON = {("GET", path) for path in ("/", "/live.css", "/live.js", "/events", "/openapi.json")}
ADA = {"email": "ada@example.org"}
GRANT = {"earner": "ada@example.org", "origin": "https://issuer.example"}
RULE = {"fault": "http.status", "match": {"endpoint": "script"}, "when": {"for": "10s"}}

CALLS = [
    ("GET", "/health", "/health", None),
    ("POST", "/sandboxes", "/sandboxes", {"name": "one", "expires": 60, "rules": [RULE]}),
    ("GET", "/sandboxes", "/sandboxes", None),
    ("GET", "/sandboxes/{name}", "/sandboxes/one", None),
    ("DELETE", "/sandboxes/{name}", "/sandboxes/one", None),
    ("POST", "/earners", "/earners", ADA),
    ("POST", "/login", "/login", ADA),
    ("POST", "/grants", "/grants", GRANT),
    ("GET", "/grants", "/grants", None),
    ("GET", "/earners", "/earners", None),
    ("GET", "/badges", "/badges?earner=ada@example.org", None),
    ("GET", "/snapshot", "/snapshot", None),
    ("GET", "/clock", "/clock", None),
    ("POST", "/clock", "/clock", {"freeze": True, "advance": 3600}),
    ("POST", "/grants/{number}/expire", "/grants/1/expire", None),
    ("DELETE", "/grants/{number}", "/grants/1", None),
    ("PUT", "/consent", "/consent", {"answer": "grant", "earner": "ada@example.org", "times": 1}),
    ("GET", "/consent", "/consent", None),
    ("GET", "/catalogue", "/catalogue", None),
    ("POST", "/rules", "/rules", RULE),
    ("PUT", "/rules", "/rules", {"rules": [RULE, "issue.exists-true count=1"]}),
    ("GET", "/rules", "/rules", None),
    ("DELETE", "/rules/{rule}", "/rules/r2", None),
    ("DELETE", "/rules", "/rules", None),
    ("GET", "/journal", "/journal?endpoint=script", None),
    ("GET", "/journal/wait", "/journal/wait?endpoint=script&timeout=1", None),
    ("GET", "/journal/never", "/journal/never?endpoint=token&timeout=0", None),
    ("GET", "/situations", "/situations", None),
    ("PUT", "/situation", "/situation", {"situation": "healthy"}),
    ("GET", "/verdict", "/verdict?exchanges=all", None),
    ("DELETE", "/journal", "/journal", None),
    ("POST", "/reset", "/reset", None),
]


async def the_document(http, mock):
    """As a user gets it."""
    return (await send(http, "GET", f"{mock}/_mock/openapi.json")).json


def judge(document, name, value):
    """Judge a value by a schema of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    Draft202012Validator(schema).validate(value)


@pytest.mark.slow
async def test_the_document_is_valid(http, mock):
    """By the standard's own validator."""
    document = await the_document(http, mock)
    validate(document)
    assert document["servers"] == [{"url": f"{mock}/_mock"}]


def test_every_operation_is_in_it():
    """All but pages and streams."""
    assert set(USES) == set(OPERATIONS) - NOT_JSON


async def test_every_operation_takes_and_answers_what_it_says(http, mock):
    """In one walk over all of them, each body and answer is judged by the document."""
    document = await the_document(http, mock)
    await send(http, "GET", f"{mock}/issuer.js")
    seen = set()
    for method, path, url, body in CALLS:
        use = USES[method, path]
        if use.takes:
            judge(document, use.takes, body)
        answer = await send(http, method, f"{mock}/_mock{url}", json=body)
        assert answer.status == use.status, answer.text
        judge(document, use.answers, answer.json)
        seen.add((method, path))
    assert set(USES) - seen == {("POST", "/restore")}


async def test_a_snapshot_is_what_restore_takes(http, mock):
    """The document names one schema for both."""
    document = await the_document(http, mock)
    taken = (await send(http, "GET", f"{mock}/_mock/snapshot")).json
    judge(document, USES["POST", "/restore"].takes, taken)
    answer = await send(http, "POST", f"{mock}/_mock/restore", json=taken)
    judge(document, USES["POST", "/restore"].answers, answer.json)


async def test_a_refusal_is_what_the_document_says(http, mock):
    """A JSON object with a message."""
    document = await the_document(http, mock)
    answer = await send(http, "POST", f"{mock}/_mock/clock", json={"advance": "x"})
    judge(document, "Refusal", answer.json)
    assert answer.status == 400
