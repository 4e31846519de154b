"""Credentials and proof keys, as the RFCs write them."""

import base64
import re

import pytest
from attrs import evolve

from conformance.apis.oauth.authorizing import AuthorizationRequest
from conformance.apis.oauth.clients import basic, fully_encoded
from conformance.apis.oauth.pkce import challenge, new_verifier
from conformance.apis.oauth.server import OFFLINE, AuthorizationServer
from conformance.target.browser.browser import NOWHERE

CLIENT = {"client_id": "client", "redirect_uri": "http://127.0.0.1:8080/callback"}
SERVER = AuthorizationServer(
    "http://p/register", "http://p/ask?kind=1", "http://p/token", None, (), "http://s/", "http://p"
)


def test_the_challenge_is_that_of_the_rfc():
    """RFC 7636 appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_verifier_is_new_and_of_allowed_characters():
    """RFC 7636 section 4.1: 43 to 128 unreserved characters."""
    first, second = new_verifier(), new_verifier()
    assert first != second
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", first)


@pytest.mark.parametrize("encode", [None, fully_encoded])
def test_credentials_are_form_encoded(encode):
    """A colon or a percent sign in a secret does not end it (RFC 6749 section 2.3.1)."""
    client = {"client_id": "a:b", "client_secret": "c%d e"}
    encoded = basic(client) if encode is None else basic(client, encode)
    name, colon, secret = base64.b64decode(encoded or "").decode().partition(":")
    assert colon
    assert (name, secret) in (("a%3Ab", "c%25d+e"), ("%61%3A%62", "%63%25%64%20%65"))


def test_a_client_without_a_secret_has_no_credentials():
    """What a registration left out cannot be sent."""
    assert basic({"client_id": "a"}) is None


def test_parameters_are_changed_left_out_and_repeated():
    """The endpoint's own query stays (RFC 6749 section 3.1)."""
    changes = {"state": None, "scope": ["a", "a"]}
    request = AuthorizationRequest.of(CLIENT, "a", changes)
    url = request.url(SERVER)
    assert url.startswith("http://p/ask?kind=1&response_type=code&client_id=client&")
    assert url.count("scope=a") == 2
    assert "state=" not in url


@pytest.mark.parametrize(
    ("changes", "callback"),
    [
        ({}, "http://127.0.0.1:8080/callback"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "http://127.0.0.1:9/other"),
        ({"redirect_uri": None}, "http://127.0.0.1:8080/callback"),
    ],
)
def test_the_browser_is_watched_where_it_must_not_go(changes, callback):
    """Also at an address that is not registered."""
    assert AuthorizationRequest.of(CLIENT, "a", changes).callback == callback
    assert AuthorizationRequest.of({}, "a", {}).callback == NOWHERE


@pytest.mark.parametrize(
    ("name", "scope"),
    [("read", "http://s/read"), ("offline_access", "offline_access"), ("http://x/y", "http://x/y")],
)
def test_scopes_may_be_named_without_their_prefix(name, scope):
    """Scenarios are shorter so."""
    assert SERVER.scope(name) == scope


@pytest.mark.parametrize(
    ("offered", "asked"),
    [((), "http://s/read"), ((OFFLINE,), "http://s/read offline_access")],
    ids=["not offered", "offered"],
)
def test_only_a_server_that_offers_it_is_asked_for_offline_access(offered, asked):
    """Others give a refresh token without, or refuse an unknown scope."""
    assert evolve(SERVER, scopes=offered).asking(["read", OFFLINE]) == asked
    assert evolve(SERVER, scopes=offered).asking(None) == " ".join(offered)
