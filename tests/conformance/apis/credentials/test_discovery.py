"""What a discovery document announces, however wrong it is."""

import json
from typing import Any

import pytest

from conformance.apis.credentials.discovery import SCOPES, discovery_url, features, read
from conformance.apis.credentials.endpoints import Endpoint, endpoint_of
from conformance.core.exchange import Answer, Exchange, Request

ROOT = "https://h.example/school"
FLOW: dict[str, Any] = {
    "authorizationUrl": f"{ROOT}/ask",
    "tokenUrl": f"{ROOT}/token",
    "scopes": {f"{SCOPES}credential.upsert": "", f"{SCOPES}profile.readonly": ""},
}
SCHEME: dict[str, Any] = {"type": "oauth2", "x-imssf-registrationUrl": f"{ROOT}/register"}


def described(
    flow: dict[str, Any] | None = None, scheme: dict[str, Any] | None = None, **members: Any
) -> Exchange:
    """An exchange with a document whose flow and scheme have these changes."""
    whole = {**SCHEME, "flows": {"authorizationCode": {**FLOW, **(flow or {})}}, **(scheme or {})}
    document = {"components": {"securitySchemes": {"OAuth2ACG": whole}}, **members}
    return answered(json.dumps(document).encode())


def answered(body: bytes, status: int = 200) -> Exchange:
    """An exchange with this answer."""
    return Exchange(1, Request("GET", discovery_url(f"{ROOT}/")), Answer(status, "", (), body), 0.1)


def test_the_document_is_below_the_root():
    """A host may be below a path."""
    assert discovery_url(f"{ROOT}/") == f"{ROOT}/ims/ob/v3p0/discovery"


@pytest.mark.parametrize(
    ("members", "resources"),
    [
        ({}, f"{ROOT}/ims/ob/v3p0"),
        ({"servers": [{"url": "https://api.example/v3/"}]}, "https://api.example/v3"),
        ({"servers": [{"url": "/v3"}]}, "https://h.example/v3"),
        (
            {"servers": [{"url": "https://api.example"}], "paths": {"/ims/credentials": {}}},
            "https://api.example/ims",
        ),
        ({"servers": []}, f"{ROOT}/ims/ob/v3p0"),
        ({"servers": [{"url": 7}]}, f"{ROOT}/ims/ob/v3p0"),
    ],
)
def test_the_api_is_where_the_document_says(members, resources):
    """At the first server, else beside the document."""
    server = read(described(**members)).server
    assert server is not None
    assert server.resources == resources


def test_only_what_is_announced_is_offered():
    """Scopes, refreshes, and revocation wherever its URL stands."""
    plain = read(described()).server
    assert plain is not None
    assert features(plain) == {"write", "profile"}
    more = {"refreshUrl": f"{ROOT}/token"}
    whole = read(described(more, {"x-imssf-revocationUrl": f"{ROOT}/end"})).server
    assert whole is not None
    assert features(whole) == {"write", "profile", "offline", "token-revocation"}


@pytest.mark.parametrize(
    ("exchange", "reason"),
    [
        (answered(b"<html>"), "expected 200 with JSON, saw 200"),
        (answered(b"{}", 404), "expected 200 with JSON, saw 404"),
        (answered(b"{}"), "expected absolute URLs as OAuth2ACG.x-imssf-registrationUrl, flows"),
        (answered(b'{"components": []}'), "expected absolute URLs"),
        (described({"tokenUrl": "h.example/token"}), "expected absolute URLs as flows"),
    ],
)
def test_a_document_that_cannot_be_used_says_why(exchange, reason):
    """A sentence, and never a traceback."""
    assert read(exchange).server is None
    assert read(exchange).reason.startswith(reason)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        (f"{ROOT}/ims/ob/v3p0/discovery", Endpoint.DISCOVERY),
        ("https://h.example/x/credentials?limit=1", Endpoint.CREDENTIALS),
        ("https://h.example/x/profile/", Endpoint.PROFILE),
        ("https://h.example/token", Endpoint.PAGES),
        ("https://[", Endpoint.PAGES),
    ],
)
def test_an_endpoint_is_known_by_its_path(url, endpoint):
    """As far as the specification fixes paths."""
    assert endpoint_of(url) is endpoint
