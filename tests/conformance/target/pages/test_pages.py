"""Logins and settings pages are read as a person would read them."""

import pytest

from conformance.target.pages.reader import DeadEnd
from conformance.target.pages.settings import revoke_controls
from tests.conformance.pages import HERE, SETTINGS, page


@pytest.mark.parametrize(
    "html",
    [
        (
            "<form method=post action=/l><input type=email name=who><input type=password name=pw>"
            "<button>Go</button></form>"
        ),
        "<form method=post action=/l><input name=username><input type=password name=pw></form>",
        (
            "<form action=/search><input name=q></form>"
            "<form method=post action=/l><table><tr><td><input type=text name=user_login></td>"
            "<td><input type=password name=pw></td></tr></table></form>"
        ),
        "<FORM METHOD=POST ACTION=/l><INPUT TYPE=EMAIL NAME=E><INPUT TYPE=password NAME=pw></FORM>",
        (
            "<form method=post action=/l><input type=hidden name=t value=1>"
            "<input type=email name=e><input type=password name=pw>"
            "<input type=checkbox name=stay value=1></form>"
        ),
    ],
    ids=["e-mail", "username", "in a table", "upper case", "with more"],
)
def test_a_login_form_is_filled_in(html):
    """E-mail and password, and what else the form sends."""
    login = page(html).login_form()
    filled = login.filled("ada@example.org", "difference engine")
    assert filled.url == f"{HERE}/l"
    assert filled.method == "POST"
    assert filled.fields[login.email_field] == "ada@example.org"
    assert filled.fields["pw"] == "difference engine"
    assert "stay" not in filled.fields


def test_a_login_may_ask_for_an_email_alone():
    """The password then goes nowhere."""
    login = page("<form method=post><input type=email name=e></form>").login_form()
    assert login.filled("ada@example.org", "secret").fields == {"e": "ada@example.org"}


@pytest.mark.parametrize(
    "html",
    [
        "<form method=post><input type=hidden name=email value=a><button>Accept</button></form>",
        "<form><input name=q></form>",
        "<form><input type=search name=user></form>",
        "<form><input type=email></form>",
        "<a href=/login>Log in</a>",
        "",
    ],
)
def test_a_page_that_asks_nobody_who_they_are_has_no_login(html):
    """A consent page or a search is not one."""
    assert page(html).login_form() is None


@pytest.mark.parametrize(
    "html",
    [
        SETTINGS.format("http://a.example", "http://b.example"),
        (
            "<form method=post><button name=o value=http://a.example>Revoke</button>"
            "<button name=o value=http://b.example>Revoke</button></form>"
        ),
        (
            "<form method=post><button name=r value=1>Revoke http://a.example</button>"
            "<button name=r value=2>Revoke http://b.example</button></form>"
        ),
    ],
    ids=["a form each", "a button each", "by its label"],
)
def test_the_button_of_an_origin_is_found(html):
    """Among those of others."""
    [control] = revoke_controls(page(html), "http://b.example")
    assert "http://b.example" in [*control.fields.values(), control.label.split()[-1]]


def test_an_origin_without_permission_has_no_button():
    """Nothing is pressed for it, nor is a link that leads to the issuer."""
    settings = SETTINGS.format("http://a.example", "http://b.example")
    assert isinstance(revoke_controls(page(settings), "http://c.example"), DeadEnd)
    link = page("<p><a href=http://c.example/>c</a></p>")
    assert isinstance(revoke_controls(link, "http://c.example"), DeadEnd)


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title> Sign\n in </title><h1>Hello</h1>", "Sign in"),
        ("<h1>Allow <b>it</b>?</h1>", "Allow it ?"),
        ("<p>Hello", ""),
    ],
)
def test_a_page_is_called_by_its_title(html, title):
    """Or by its first heading."""
    assert page(html).title == title
