"""Parameters of a callback: wrongly encoded values, and tokens that came too early."""

import pytest
from multidict import MultiDict

from conformance.core.exchange import Answer, Exchange, Request
from conformance.target.browser.callback import early_tokens, other_spellings
from conformance.target.pages.forms import Control

CALLBACK = "https://issuer.example/callback"
TOKEN = "abcd+/=%41xyz"
TOLD = {"access_token": TOKEN, "refresh_token": "another-long-token", "expires": "3600"}
ACCEPT = Control("Allow", "", "POST", "https://backpack.example/accept", MultiDict())


def test_a_url_that_is_encoded_once_and_has_nothing_to_encode_has_one_reading():
    """Letters, digits and what a query leaves alone read in one way only."""
    url = f"{CALLBACK}?access_token=abc-_.~9&refresh_token=xyz&state=a%20b"
    assert list(other_spellings(url)) == []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("abcd%252B%252F%253D%252541xyz", TOKEN),
        ("abcd%2B/=%41xyz", "abcd%2B/=%41xyz"),
        ("abcd+/=%2541xyz", TOKEN),
        ("abcd+/=%41xyz", TOKEN),
    ],
    ids=["twice", "raw", "but-plus", "not-at-all"],
)
def test_the_right_value_is_among_the_readings(written, value):
    """For any encoding that a Backpack uses."""
    readings = [
        spelling["access_token"]
        for spelling in other_spellings(f"{CALLBACK}?access_token={written}")
    ]
    assert value in readings


def seen(method: str, path: str, body: str = "", **headers: str) -> Exchange:
    """An exchange of an earner's browser."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    request = Request(method, f"https://backpack.example{path}")
    return Exchange(1, request, Answer(200, headers=named, body=body.encode()), 0.0)


@pytest.mark.parametrize(
    "page",
    [
        seen("GET", "/access", f'<input type="hidden" value="{TOKEN}">'),
        seen("GET", "/access", f"<!-- {TOKEN} -->"),
        seen("GET", "/access", "<a href='?t=abcd%2B%2F%3D%2541xyz'>"),
        seen("GET", "/login", set_cookie=f"grant={TOKEN}; HttpOnly"),
    ],
    ids=["hidden-field", "comment", "link", "cookie"],
)
def test_a_token_in_an_answer_before_the_earner_grants_is_early(page):
    """In any part of the answer."""
    walk = [page, seen("POST", "/accept")]
    assert early_tokens(walk, ACCEPT, TOLD) == ["access_token"]


def test_a_token_in_the_answer_to_the_grant_is_in_time():
    """The redirect to the callback holds it, and what comes after."""
    redirect = seen("POST", "/accept", location=f"{CALLBACK}?access_token={TOKEN}")
    walk = [seen("GET", "/access", "<form>"), redirect, seen("GET", "/done", TOKEN)]
    assert early_tokens(walk, ACCEPT, TOLD) == []


def test_a_text_too_short_for_a_token_is_not_looked_for():
    """It may occur on any page by chance."""
    walk = [seen("GET", "/access", "<p>abc</p>")]
    assert early_tokens(walk, ACCEPT, {"access_token": "abc"}) == []


def test_a_link_to_the_callback_with_a_token_in_it_is_early():
    """The page contains it before the earner was asked."""
    link = f"{CALLBACK}?access_token={TOLD['refresh_token']}&refresh_token=no"
    tokens = {"access_token": TOLD["refresh_token"]}
    page = seen("GET", "/access", f"<a href='{link}'>Allow</a>")
    pressed = Control("Allow", "", "GET", link, MultiDict())
    assert early_tokens([page], pressed, tokens) == ["access_token"]


@pytest.mark.parametrize("pressed", [None, ACCEPT], ids=["nothing", "a-script"])
def test_where_nobody_knows_what_granted_nothing_is_early(pressed):
    """A script may send something else than what was pressed, and its answer is in time."""
    walk = [seen("GET", "/access"), seen("POST", "/api/consents", TOKEN)]
    assert early_tokens(walk, pressed, TOLD) == []
