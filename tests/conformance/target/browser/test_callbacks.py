"""The redirect target is recognized, and its parameters are parsed as servers do."""

import pytest

from conformance.core.exchange import parameters_of
from conformance.target.browser.onward import is_at

CALLBACK = "http://issuer.example/callback/1?state=own"


@pytest.mark.parametrize(
    "url",
    [
        CALLBACK,
        "http://issuer.example/callback/1",
        "http://issuer.example/callback/1?other=1#part",
        "http://issuer.example/callback/1?state=own&access_token=a",
    ],
)
def test_a_callback_is_known_whatever_its_query(url):
    """Parameters come and go; scheme, host, port and path stay."""
    assert is_at(url, CALLBACK)


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/callback/2?state=own",
        "http://issuer.example/callback/1/more",
        "http://issuer.example/",
        "https://issuer.example/callback/1?state=own",
        "http://issuer.example:8080/callback/1?state=own",
        "http://issuer.example.evil.example/callback/1",
        "http://issuer.example@evil.example/callback/1",
        "http://evil.example/?u=http://issuer.example/callback/1",
        "/callback/1",
        "",
    ],
)
def test_another_address_is_not_the_callback(url):
    """However similar it is."""
    assert not is_at(url, CALLBACK)


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("a=1&a=2&b=3", {"a": ["1", "2"], "b": "3"}),
        ("a=1&a=2&a=3", {"a": ["1", "2", "3"]}),
        ("a=&b", {"a": "", "b": ""}),
        ("a=%E2%98%83&b=x+y%2Bz", {"a": "☃", "b": "x y+z"}),
        ("a=%5B1%5D&b[]=2", {"a": "[1]", "b[]": "2"}),
        ("a=1;b=2", {"a": "1;b=2"}),
        ("a=%FF", {"a": "\ufffd"}),
        ("a=b=c", {"a": "b=c"}),
        ("#a=1", {}),
        ("", {}),
    ],
)
def test_parameters_are_decoded(query, parameters):
    """A repeated name gives a list; the fragment is ignored."""
    assert parameters_of(f"http://issuer.example/callback/1?{query}") == parameters
