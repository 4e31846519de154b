"""The reader of forms follows the HTML standard."""

import pytest

from conformance.target.pages.forms import Act
from conformance.target.pages.settings import revoke_controls
from tests.conformance.pages import CALLBACK, HERE, SETTINGS, page, pressed


def test_a_password_field_in_upper_case_is_filled_in():
    """``<INPUT TYPE=PASSWORD>`` is one."""
    html = "<FORM METHOD=POST><INPUT TYPE=EMAIL NAME=E><INPUT TYPE=PASSWORD NAME=P></FORM>"
    assert page(html).login_form().filled("ada@example.org", "secret").fields["P"] == "secret"


def test_a_form_that_asks_for_a_password_alone_is_a_login():
    """Many logins ask for the e-mail on one page and for the password on the next."""
    assert page("<form method=post><input type=password name=p></form>").login_form() is not None


def test_a_newsletter_is_no_login():
    """If several forms ask for a password, the right one is chosen."""
    html = (
        "<form method=post action=/news><input type=email name=e></form>"
        "<form method=post action=/login><input type=email name=e>"
        "<input type=password name=p></form>"
    )
    assert page(html).login_form().control.url == f"{HERE}/login"


def test_a_button_may_lead_elsewhere_than_its_form():
    """``formaction`` and ``formmethod`` win (HTML, section form submission attributes)."""
    html = "<form method=post action=/accept><button formaction=/deny>Deny</button></form>"
    assert pressed(html, Act.DENY).url == f"{HERE}/deny"


def test_a_button_may_stand_outside_of_its_form():
    """The attribute ``form`` names it."""
    html = "<form method=post action=/accept id=f></form><button form=f name=d>Allow</button>"
    assert "d" in pressed(html, Act.GRANT).fields


def test_an_image_is_a_button_too():
    """``<input type=image>`` sends the form, and its ``alt`` says what for."""
    html = (
        "<form method=post action=/accept><input type=image alt=Deny formaction=/deny>"
        "<input type=image alt=Allow></form>"
    )
    assert "Allow" in pressed(html, Act.GRANT).label


def test_the_value_of_a_button_is_not_read():
    """``<button value=0>`` without a text is recognized by its id, as by its icon."""
    html = "<form method=post><button id=allow value=1></button><button id=deny value=0></button>"
    assert pressed(html, Act.DENY).label == ""


@pytest.mark.parametrize("field", ["<input name=a disabled>", "<select name=a disabled></select>"])
def test_what_is_disabled_is_not_sent(field):
    """Nor can it be pressed."""
    html = f"<form method=post>{field}<button disabled>Allow</button><button>Yes</button></form>"
    control = pressed(html, Act.GRANT)
    assert (control.label, control.fields) == ("Yes", {})


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("<input type=checkbox name=a checked>", "on"),
        ("<select name=a><option>issue</select>", "issue"),
    ],
)
def test_a_field_without_a_value_has_the_one_of_html(field, sent):
    """A checked box sends ``on``, an option its text."""
    html = f"<form method=post>{field}<button>Allow</button></form>"
    assert pressed(html, Act.GRANT).fields == {"a": sent}


def test_fields_of_the_same_name_are_all_sent():
    """Two checked scopes are two parameters."""
    boxes = "".join(f"<input type=checkbox name=scope value={n} checked>" for n in ("one", "two"))
    control = pressed(f"<form method=post>{boxes}<button>Allow</button></form>", Act.GRANT)
    assert {"one", "two"} <= set(control.fields.values())


@pytest.mark.parametrize(
    "link",
    ["<a href=/logout>Not you?</a>", "<form action=/x method=post><button>Log-out</button></form>"],
)
def test_a_logout_is_known_by_where_it_leads_too(link):
    """Denying must not end the session in place of the request."""
    html = f"{link}<a href='{CALLBACK}&error=access_denied'>Cancel</a>"
    assert pressed(html, Act.DENY).url.startswith(CALLBACK)
    assert page(html).consent_control(Act.GRANT, CALLBACK) is None


def test_an_origin_is_not_taken_for_one_that_begins_alike():
    """``http://a.example:8080`` is another origin than ``http://a.example:80``."""
    html = SETTINGS.format("http://a.example:8080", "http://a.example:80")
    [control] = revoke_controls(page(html), "http://a.example:80")
    assert control.fields == {"origin": "http://a.example:80"}


def test_the_button_beside_an_origin_is_found():
    """A person reads the row of the table, and not the number in the form."""
    html = "<table>" + "".join(
        f"<tr><td>http://{name}.example</td><td><form method=post><input type=hidden name=id "
        f"value={name}><button>Revoke</button></form></td></tr>"
        for name in "ab"
    )
    [control] = revoke_controls(page(html), "http://b.example")
    assert control.fields == {"id": "b"}
