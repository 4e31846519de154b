"""Pages of Backpacks are read as a person would read them, however their forms are written."""

import pytest

from conformance.target.pages.forms import Act
from tests.conformance.pages import CALLBACK, HERE, URL, page, pressed

TWO_FORMS = """
<form method=post action=/accept><input type=hidden name=csrf value=c><button>Accept</button></form>
<form method=post action=/deny><button>Reject</button></form>
"""
ONE_FORM = """
<form method="POST" action="/decide"><input type="hidden" name="csrf" value="c">
<button name="decision" value="1">Yes, go ahead</button>
<button name="decision" value="0">No, thanks</button></form>
"""
DENY_FIRST = """
<form method=post action=/decide><input type=submit name=deny value=Cancel>
<input type=submit name=allow value="Authorise this site"></form>
"""
LINK_BACK = f"""
<form method=post action=accept><input type=submit value=Allow></form>
<a href="{CALLBACK}&error=access_denied">Go back</a>
"""
LINKS = """
<a href="/about">About</a> <a href="/oauth/grant?t=1">Grant access</a> <a href="deny">Decline</a>
"""
LABELLED = """
<form method=post action=/go><button aria-label="Approve" name=d value=y><svg></svg></button>
<button aria-label="Don't approve" name=d value=n><svg></svg></button></form>
"""
UPPER_CASE = """
<FORM METHOD="Post" ACTION="/GO"><INPUT TYPE="HIDDEN" NAME="T" VALUE="1">
<INPUT TYPE="SUBMIT" NAME="D" VALUE="ALLOW"><INPUT TYPE="SUBMIT" NAME="D" VALUE="DENY"></FORM>
"""
TABLE = """
<table><form method=post action=/go><tr><td><input type=hidden name=t value=1></td>
<td><button name=d value=y>I agree</button></td><td><button name=d value=n>Not now</button></td>
</tr></form></table>
"""
NESTED = """
<form method=post action=/go><button name=d value=y><span>Permit</span> <b>it</b></button>
<button name=d value=n><span> Do <i>not</i> permit</span></button></form>
"""
UNLABELLED = """
<form method=post action=/go><button id=btn-allow></button>
<button class="btn no" name=x></button></form>
"""
ONLY_POSTED = """
<a href=/help>Help</a><form method=post action=/go><button>Continue</button></form>
<a href=/no>Cancel</a>
"""
WITH_LOGOUT = """
<form method=post action=/logout><button>Log out</button></form> <a href=/signout>Sign out</a>
<form method=post action=/go><button name=d value=y>Allow</button>
<button name=d value=n>Refuse</button></form>
"""
STYLES = {
    "two forms": (TWO_FORMS, "/accept", {"csrf": "c"}, "/deny", {}),
    "one form": (
        ONE_FORM,
        "/decide",
        {"csrf": "c", "decision": "1"},
        "/decide",
        {"csrf": "c", "decision": "0"},
    ),
    "deny first": (
        DENY_FIRST,
        "/decide",
        {"allow": "Authorise this site"},
        "/decide",
        {"deny": "Cancel"},
    ),
    "links": (LINKS, "/oauth/grant?t=1", {}, "/oauth/deny", {}),
    "labelled": (LABELLED, "/go", {"d": "y"}, "/go", {"d": "n"}),
    "upper case": (UPPER_CASE, "/GO", {"T": "1", "D": "ALLOW"}, "/GO", {"T": "1", "D": "DENY"}),
    "table": (TABLE, "/go", {"t": "1", "d": "y"}, "/go", {"t": "1", "d": "n"}),
    "nested": (NESTED, "/go", {"d": "y"}, "/go", {"d": "n"}),
    "unlabelled": (UNLABELLED, "/go", {}, "/go", {"x": ""}),
    "only posted": (ONLY_POSTED, "/go", {}, "/no", {}),
    "with logout": (WITH_LOGOUT, "/go", {"d": "y"}, "/go", {"d": "n"}),
}
"""By name: the page, where its two controls lead, and what is sent with them."""


@pytest.mark.parametrize("name", STYLES)
def test_the_grant_is_found(name):
    """Its target, and the fields that it sends."""
    html, path, fields, _, _ = STYLES[name]
    control = pressed(html, Act.GRANT)
    assert (control.url, control.fields) == (HERE + path, fields)


@pytest.mark.parametrize("name", STYLES)
def test_the_denial_is_found(name):
    """Its target, and the fields that it sends."""
    html, _, _, path, fields = STYLES[name]
    control = pressed(html, Act.DENY)
    assert (control.url, control.fields) == (HERE + path, fields)


def test_a_link_back_to_the_callback_denies():
    """With any text; it leads away without a grant."""
    assert pressed(LINK_BACK, Act.DENY).url == f"{CALLBACK}&error=access_denied"
    assert pressed(LINK_BACK, Act.GRANT).url == f"{HERE}/oauth/accept"


@pytest.mark.parametrize("label", ["Deny", "Cancel", "No, thanks", "NO", "Don't allow", "Reject"])
def test_a_denial_is_recognised_by_what_it_says(label):
    """Also where it repeats the word for granting."""
    html = f"<form method=post><button name=a>Allow</button><button name=b>{label}</button></form>"
    assert "b" in pressed(html, Act.DENY).fields
    assert "a" in pressed(html, Act.GRANT).fields


@pytest.mark.parametrize(
    "label",
    ["Allow", "GRANT ACCESS", "Accept", "Authorize", "Authorise", "Approve", "Yes", "I agree"],
)
def test_a_grant_is_preferred_to_another_button(label):
    """The words for granting count more than the place on the page."""
    html = f"<form method=post><button name=a>Save</button><button name=b>{label}</button></form>"
    assert "b" in pressed(html, Act.GRANT).fields


@pytest.mark.parametrize("label", ["Log out", "Logout", "SIGN OUT", "Log off", "Signout ada"])
@pytest.mark.parametrize("act", [Act.GRANT, Act.DENY])
def test_a_logout_is_never_pressed(label, act):
    """The earner stays who they are."""
    html = f"<form method=post action=/x><button>{label}</button></form><a href=/x>{label}</a>"
    assert page(html).consent_control(act, CALLBACK) is None


@pytest.mark.parametrize("html", ["", "<p>Allow?", "<button>Allow</button>", "<a>Allow</a>"])
@pytest.mark.parametrize("act", [Act.GRANT, Act.DENY])
def test_a_page_without_controls_has_nothing_to_press(html, act):
    """Text alone, a button of no form and a link to nowhere are nothing."""
    assert page(html).consent_control(act, CALLBACK) is None


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("<input type=hidden name=a value=1>", {"a": "1"}),
        ("<input name=a value=1>", {"a": "1"}),
        ("<input name=a>", {"a": ""}),
        ("<input value=1>", {}),
        ("<input type=checkbox name=a value=1 checked>", {"a": "1"}),
        ("<input type=checkbox name=a value=1>", {}),
        ("<input type=radio name=a value=1><input type=radio name=a value=2 checked>", {"a": "2"}),
        ("<select name=a><option value=1>x<option value=2 selected>y</select>", {"a": "2"}),
        ("<select name=a><option value=1>x<option value=2>y</select>", {"a": "1"}),
        ("<textarea name=a>some text</textarea>", {"a": "some text"}),
        ("<input type=submit name=other value=Later>", {}),
        ("<input type=reset name=a value=1><input type=file name=b>", {}),
        ("<button type=button name=a value=1>Help</button>", {}),
        ("<input type=hidden name=a value='&lt;&quot;&eacute;'>", {"a": '<"é'}),
    ],
)
def test_a_form_sends_what_a_browser_would(field, sent):
    """Hidden fields and checked boxes are sent; unchecked ones and other buttons are not."""
    html = f"<form method=post>{field}<button name=d value=y>Allow</button></form>"
    assert pressed(html, Act.GRANT).fields == {**sent, "d": "y"}


@pytest.mark.parametrize(
    ("form", "url"),
    [
        ("<form method=post>", URL),
        ("<form method=post action=''>", URL),
        ("<form method=post action=accept>", f"{HERE}/oauth/accept"),
        ("<form method=post action=../accept?a=1>", f"{HERE}/accept?a=1"),
        ("<form method=post action=?step=2>", f"{HERE}/oauth/access?step=2"),
        ("<form method=post action=//login.example/go>", "http://login.example/go"),
        ("<form method=post action=https://backpack.example/go>", "https://backpack.example/go"),
    ],
)
def test_an_action_is_read_from_where_the_page_is(form, url):
    """An empty one is the page itself."""
    assert pressed(f"{form}<button>Allow</button></form>", Act.GRANT).url == url


@pytest.mark.parametrize(("method", "sent"), [("post", "POST"), ("PoSt", "POST"), ("", "GET")])
def test_a_method_is_read_in_any_case(method, sent):
    """A form without one is sent by GET."""
    form = f"<form method='{method}' action=/go><button>Allow</button></form>"
    assert pressed(form, Act.GRANT).method == sent


@pytest.mark.parametrize(
    "html",
    [
        "<button>Revoke</button>",
        "<input type=BUTTON value=Revoke>",
        "<span role=button>Revoke</span>",
        "<td onclick='revoke()'>Revoke</td>",
        "<a>Revoke</a>",
        "<a href='#revoke'>Revoke</a>",
    ],
)
def test_what_is_pressed_like_a_button_may_need_a_script(html):
    assert [control.label for control in page(html).scripted()] == ["Revoke"]


@pytest.mark.parametrize(
    "html",
    [
        "<a href='/revoke'>Revoke</a>",
        "<input type=text value=Revoke>",
        "<form><button>Revoke</button></form>",
        "<button disabled>Revoke</button>",
    ],
)
def test_what_works_without_a_script_or_not_at_all_needs_none(html):
    assert list(page(html).scripted()) == []
