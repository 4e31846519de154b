"""What a manifest announces, however wrong it is."""

import json
from typing import Any

import pytest

from conformance.apis.badge_connect.endpoints import Endpoint, endpoint_of
from conformance.apis.badge_connect.manifest import entry_of, features, manifest_url, read
from conformance.apis.badge_connect.verbs.assertions import body_of
from conformance.apis.oauth.collecting import links_of
from conformance.core.exchange import Answer, Exchange, Request
from conformance.engine.step_result import exchange_result

SCOPES = "https://purl.imsglobal.org/spec/ob/v2p1/scope/"
ENTRY: dict[str, Any] = {
    "version": "v2p1",
    "apiBase": "https://p.example/ims/ob/v2p1/",
    "registrationUrl": "https://p.example/register",
    "authorizationUrl": "https://p.example/ask",
    "tokenUrl": "https://p.example/token",
    "scopesOffered": [f"{SCOPES}assertion.create", "offline_access", 7],
}


def answered(body: bytes, status: int = 200, **headers: str) -> Exchange:
    """An exchange with this answer."""
    request = Request("GET", "https://p.example/ims/ob/v2p1/assertions?limit=1")
    return Exchange(1, request, Answer(status, "", tuple(headers.items()), body), 0.1)


def manifest(**changes: Any) -> Exchange:
    """An exchange with a manifest whose entry has these changes."""
    return answered(json.dumps({"badgeConnectAPI": [{**ENTRY, **changes}]}).encode())


def test_a_manifest_names_the_endpoints():
    """The root of the API has no slash at its end, and what is not a text is no scope."""
    server = read(manifest()).server
    assert server is not None
    assert server.resources == "https://p.example/ims/ob/v2p1"
    assert server.scopes == (f"{SCOPES}assertion.create", "offline_access")
    assert features(server) == {"write", "offline"}


@pytest.mark.parametrize("url", ["https://p.example/end", None, ""])
def test_revocation_is_offered_where_it_has_an_address(url):
    """Absent, null and empty are the same."""
    server = read(manifest(tokenRevocationUrl=url)).server
    assert server is not None
    assert ("token-revocation" in features(server)) is bool(url)


@pytest.mark.parametrize(
    ("exchange", "reason"),
    [
        (answered(b"<html>"), "expected 200 with JSON, saw 200"),
        (answered(b"{}", 404), "expected 200 with JSON, saw 404"),
        (answered(b"[]"), "expected 200 with JSON, saw 200"),
        (answered(b"{}"), "badgeConnectAPI has no entry that is an object"),
        (answered(b'{"badgeConnectAPI": ["a"]}'), "badgeConnectAPI has no entry"),
        (manifest(tokenUrl=7), "expected absolute URLs as tokenUrl"),
        (manifest(apiBase="/ims", tokenUrl=None), "expected absolute URLs as apiBase, tokenUrl"),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why(exchange, reason):
    """A sentence, and never a traceback."""
    assert read(exchange).server is None
    assert read(exchange).reason.startswith(reason)


def test_the_entry_of_version_2_1_is_taken():
    """Wherever it is; without one, the first."""
    old, new = {"version": "v1p0"}, {"version": "v2p1"}
    assert entry_of([old, new]) is new
    assert entry_of([7, old]) is old
    assert entry_of([]) is None


def test_the_manifest_is_below_the_root():
    """A provider may be below a path."""
    assert manifest_url("https://p.example/a/") == (
        "https://p.example/a/.well-known/badgeconnect.json"
    )


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://p.example/.well-known/badgeconnect.json", Endpoint.MANIFEST),
        ("https://p.example/x/assertions?limit=1", Endpoint.ASSERTIONS),
        ("https://p.example/x/profile/", Endpoint.PROFILE),
        ("https://p.example/token", Endpoint.PAGES),
        ("https://[", Endpoint.PAGES),
    ],
)
def test_an_endpoint_is_known_by_its_path(url, endpoint):
    """As far as the specification fixes paths."""
    assert endpoint_of(url) is endpoint


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ("", {}),
        ('<?offset=1>; rel="next"', {"next": "?offset=1"}),
        (
            '<https://p.example/a,b>; rel="first last", <?o=2>; title="x"; rel=next',
            {"first": "https://p.example/a,b", "last": "https://p.example/a,b", "next": "?o=2"},
        ),
        ("<broken; rel=next", {}),
        ("<?o=3>", {}),
    ],
)
def test_links_are_read_as_the_rfc_writes_them(header, links):
    """Several in a header, several relations in a link, relative addresses (RFC 8288)."""
    base = "https://p.example/ims/ob/v2p1/assertions"
    expected = {
        name: url if url.startswith("http") else f"{base}{url}" for name, url in links.items()
    }
    assert links_of(exchange_result(answered(b"{}", link=header))) == expected


def test_a_badge_is_pushed_as_what_it_is():
    """A signed one as its JWS, a hosted one as the document."""
    urls = {"assertion": "https://i.example/a"}
    hosted = {"pushed": urls["assertion"], "urls": urls, "posted": {"id": "x"}}
    assert body_of(hosted) == {"assertion": {"id": "x"}}
    assert body_of({**hosted, "pushed": "a.b.c"}) == {"signedAssertion": "a.b.c"}
