"""Each check with a name sees what it is there for, and nothing in an innocent answer."""

import json
from collections.abc import Mapping

import pytest

from conformance.core.exchange import parsed
from conformance.scenario.expectations.evidence import ResponseEvidence, TermResult
from conformance.scenario.expectations.named import CHECKS

JSON = {"content-type": "application/json; charset=utf-8"}


def check(name: str, content: bytes, headers: Mapping[str, str] = JSON) -> TermResult:
    """The result of a check on an answer."""
    response = {"status": 400, "headers": dict(headers), "body": parsed(content), "landed": None}
    return CHECKS[name](ResponseEvidence(response, content))


LEAKS = {
    "python": 'Traceback (most recent call last):\n  File "/srv/app/issue.py", line 7, in issue',
    "node": "TypeError: x is undefined\n    at Object.issue (/srv/app/issue.js:7:9)",
    "node without parentheses": "Error\n    at async /srv/app/issue.js:7:9",
    "java": "java.lang.NullPointerException\n\tat org.example.Issue.run(Issue.java:7)",
    "php": "Fatal error: Uncaught Error in issue.php on line 7\n#0 /a.php(3): issue()",
    "ruby": "/app/issue.rb:7:in `issue'",
    "go": "panic: runtime error: index out of range",
    "path": "cannot read /home/badges/app/config.json",
    "windows path": "cannot read C:\\inetpub\\app",
    "module": "Cannot find module in node_modules/express/lib",
    "select": "SELECT id FROM grants WHERE token = 'x'",
    "sqlstate": "SQLSTATE[42S02]: base table not found",
    "mysql": "ER_PARSE_ERROR: You have an error in your SQL syntax",
    "sqlite": "no such column: token",
    "version": "Powered by Express 4.17",
}
INNOCENT = [
    "invalid assertion: assertion.issuedOn: expected an ISO 8601 time, saw no such member",
    "expected 200 from http://127.0.0.1:8080/usr/assertion.json, saw 404",
    "Select the badge from your collection",
    "update your settings at https://backpack.example/settings/revoke",
    "the access token expired at 12:30:15",
    'Bearer error="invalid_token"',
    "Version 1.1 of Open Badges",
    "image at /usr/share is no path of ours",
]


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS)
def test_what_is_inside_is_seen(text):
    """In a JSON answer, and in plain text."""
    assert not check("no-internals", text.encode(), {"content-type": "text/plain"}).holds
    assert not check("no-internals", json.dumps({"message": text}).encode()).holds


@pytest.mark.parametrize(
    "headers",
    [
        {"x-powered-by": "PHP/5.4.16"},
        {"server": "Apache/2.4.1 (Unix) OpenSSL/1.0.2"},
        {"server": "Python/3.11 aiohttp/3.14.0"},
    ],
)
def test_versions_in_headers_are_seen(headers):
    """Headers can leak as well as bodies."""
    assert not check("no-internals", b"{}", {**JSON, **headers}).holds


@pytest.mark.parametrize("text", INNOCENT)
def test_words_that_tell_nothing_are_left_alone(text):
    """Helpful messages are no leak."""
    assert check("no-internals", json.dumps({"message": text}).encode()).holds


@pytest.mark.parametrize("server", ["nginx", "cloudflare", "mock-backpack"])
def test_a_name_without_a_version_is_no_leak(server):
    """Which product answers is no secret."""
    assert check("no-internals", b"{}", {**JSON, "server": server}).holds


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"a": 1}', JSON),
        ('{"a": "\u2603"}'.encode(), JSON),
        (b' {"a": {"b": [1, 2]}} ', {"content-type": "APPLICATION/JSON"}),
        (b"[]", {"content-type": "application/problem+json"}),
    ],
)
def test_json_in_every_form_is_valid(content, headers):
    """White space, Unicode and the case of the label do not matter."""
    assert check("valid-json", content, headers).holds


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        pytest.param(b'{"a": 1}', {"content-type": "text/html"}, id="label"),
        pytest.param(b'{"a": 1}', {}, id="no label"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', JSON, id="byte order mark"),
        pytest.param(b'{"a": "\xe9"}', JSON, id="latin 1"),
        pytest.param(b'{"a": 1,}', JSON, id="comma"),
        pytest.param(b'{"a": 1, "a": 1}', JSON, id="twice"),
        pytest.param(b'{"a": NaN}', JSON, id="NaN"),
        pytest.param(b"a=1", JSON, id="querystring"),
        pytest.param(b"", JSON, id="nothing"),
        pytest.param(b"[" * 100_000, JSON, id="deep"),
    ],
)
def test_what_is_no_json_is_seen(content, headers):
    """A wrong label, another encoding, what no parser must take."""
    assert not check("valid-json", content, headers).holds


@pytest.mark.parametrize(
    ("issued", "holds"),
    [
        (1_795_780_800, True),
        (1_795_780_800 + 86_400, True),
        (1_795_780_800 - 86_400, False),
        (1_795_780_800_000, False),
        ("1795780800", False),
        (True, False),
        (None, False),
    ],
)
@pytest.mark.parametrize("headers", [{"date": "Fri, 27 Nov 2026 12:00:00 GMT"}, {}], ids=str)
def test_a_client_is_issued_now(issued, holds, headers):
    """In seconds; a target whose clock was advanced is in the future."""
    response = {"status": 201, "headers": headers, "body": {"client_id_issued_at": issued}}
    is_plausible = isinstance(issued, int) and not isinstance(issued, bool) and issued < 5e9
    expected = holds if headers else is_plausible
    assert CHECKS["issued-now"](ResponseEvidence(response)).holds is expected
