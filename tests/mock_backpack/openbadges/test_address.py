"""A URL is fetched byte for byte as it is written, redirects included."""

import json

import pytest

from mock_backpack.openbadges.address import target_of
from tests.mock_backpack.hand_issuer import ADA, plain
from tests.mock_backpack.judged import judged
from tests.mock_backpack.served import raw_site, whole

PATHS = [
    "/b/ada%40example.org",
    "/%28a%29",
    "/%7Eada",
    "/~ada",
    "/%zz",
    "/a?",
    "/%e9",
    "/a+b%20c",
    "/b?x=%2F&y=%zz",
    "/[x]",
    "/a/../b",
    "//b",
]


def assertion(at):
    """A readable assertion whose badge class is not there."""
    verify = {"type": "hosted", "url": at}
    return {"uid": "1", "recipient": plain(ADA), "issuedOn": 1403784577, "verify": verify}


@pytest.mark.parametrize("path", PATHS)
def test_a_url_is_asked_for_as_it_is_written(path):
    """The written URL is sent unchanged, for GET and HEAD."""
    asked = []

    def answer(method, target):
        asked.append((method, target))
        body = json.dumps({**assertion(f"{url}{path}"), "badge": f"{url}/class"}).encode()
        return whole(body if method == "GET" else b"")

    with raw_site(answer) as url:
        judged(f"{url}{path}")
    assert [request for request in asked if request[1] != "/class"] == [
        ("GET", path),
        ("GET", path),
        ("HEAD", path),
    ]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/Краљ", "/%D0%9A%D1%80%D0%B0%D1%99"),
        ('/"<x>"', "/%22%3Cx%3E%22"),
        ("/{x}|y^`", "/%7Bx%7D%7Cy%5E%60"),
    ],
)
def test_what_no_url_holds_is_escaped(written, sent):
    """And nothing else."""
    asked = []

    def answer(_method, target):
        asked.append(target)
        return whole(b"{}")

    with raw_site(answer) as url:
        judged(f"{url}{written}")
    assert set(asked) == {sent}


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/b/ada%40example.org", "/b/ada%40example.org"),
        ("{site}/%7Eada?x=%zz", "/%7Eada?x=%zz"),
        ("next%28", "/old/next%28"),
        ("/Краљ", "/%D0%9A%D1%80%D0%B0%D1%99"),
    ],
)
def test_a_redirect_is_followed_as_it_is_written(location, asked):
    """Percent-encoding stays, raw UTF-8 is encoded."""
    targets = []

    def answer(_method, target):
        targets.append(target)
        if target != "/old/":
            return whole(b"{}")
        headers = f"Location: {location.format(site=url)}\r\nContent-Length: 0\r\n"
        return f"HTTP/1.1 302 Found\r\n{headers}Connection: close\r\n\r\n".encode()

    with raw_site(answer) as url:
        judged(f"{url}/old/")
    assert targets.count(asked) >= 2


def test_bytes_that_are_no_utf_8_stay_the_bytes_that_they_were():
    """As browsers do with Latin-1 in a Location."""
    location = b"/caf\xe9".decode(errors="surrogateescape")
    assert target_of(location, "http://a.example/x") == "http://a.example/caf%E9"
