"""What the pages of a dialog ask, and what is pressed: by English words, or by a recipe."""

import pytest

from conformance.target.pages.dialog import DialogReader, DialogRecipe, Offered
from conformance.target.pages.elements import attribute
from conformance.target.pages.forms import Page

FIRST = Offered("first", "Difference engineer", "Analytical Society")
SECOND = Offered("second", "Poet", "Analytical Society")
BOTH = (FIRST, SECOND)
ONE = """<h1>Add this badge?</h1><img src="/1.png"><b>{}</b> by Analytical Society
<form method="post"><button name="a" value="yes">Yes, add it</button>
<button name="a" value="no">No, thanks</button></form>
<form action="/logout"><button>Log out</button></form>"""
LIST = """<ul><li><img src="/1.png"><b>Difference engineer</b> by Analytical Society
<form method="post" action="/1"><button id="y1">Accept</button>
<button id="n1">Skip</button></form></li>
<li><img src="/2.png"><b>Poet</b> by Analytical Society
<form method="post" action="/2"><button id="y2">Accept</button>
<button id="n2">Skip</button></form></li>
</ul><button>Done</button>"""
BOXES = """<form method="post"><ul>
<li><label><input type="checkbox" name="k" value="1"> Difference engineer</label></li>
<li><label><input type="checkbox" name="k" value="2"> Poet</label></li></ul>
<button>Keep</button></form>"""
GERMAN = """<article class="abz"><b>Difference engineer</b> Analytical Society <img src="/1.png">
<a class="ja" href="/nimm">Her damit</a> <a class="weg" href="/weg">Lieber nicht</a></article>
<a class="weiter" href="/ende">Fertig</a>"""
RECIPE = DialogRecipe(badge="article.abz", accept="a.ja", refuse="a.weg", onward="a.weiter")


def asked(html, pending=BOTH, refused=(), recipe=None):
    """The question of a page."""
    reader = DialogReader(recipe or DialogRecipe())
    return reader.question(Page.of_text("http://backpack.example/ask", html), pending, refused)


def pressed(question):
    """The value or id of the button that answers."""
    element = question.action.control.element
    return attribute(element, "value") or attribute(element, "id") or attribute(element, "class")


@pytest.mark.parametrize(("refused", "button"), [((), "yes"), (("first",), "no")])
def test_a_page_about_one_badge(refused, button):
    """The badge is known by its name, the buttons by their words."""
    question = asked(ONE.format(FIRST.name), refused=refused)
    assert question.badges == (FIRST,)
    assert pressed(question) == button


@pytest.mark.parametrize(("refused", "buttons"), [((), ("y1", "y2")), (("second",), ("y1", "n2"))])
def test_a_list_with_buttons_for_each_badge(refused, buttons):
    """Each badge is answered where its name is."""
    first = asked(LIST, refused=refused)
    second = asked(LIST, (SECOND,), refused)
    assert (first.badges, second.badges) == ((FIRST,), (SECOND,))
    assert pressed(first) == buttons[0]
    assert asked(LIST, BOTH[::-1], refused).badges == (SECOND,)
    assert pressed(asked(LIST, BOTH[::-1], refused)) == buttons[1]


def test_a_list_with_boxes_is_answered_at_once():
    """The box of a refused badge stays empty."""
    question = asked(BOXES, refused=("second",))
    assert question.badges == BOTH
    assert [is_on for _, is_on in question.action.entries] == [True, False]
    assert list(question.action.control.fields.items()) == [("k", "1")]


def test_a_disabled_button_is_waited_for():
    """It is a question, but nothing can be pressed yet."""
    html = ONE.format(FIRST.name).replace("<button name", "<button disabled name")
    question = asked(html)
    assert (question.badges, question.action) == ((FIRST,), None)


def test_disabled_buttons_are_waited_for_where_no_badge_is_named():
    """Both of them; nothing else on the page leads on."""
    html = ONE.format("A badge").replace("<button name", "<button disabled name")
    question = asked(html)
    assert (question.badges, question.action) == ((FIRST,), None)
    half = ONE.format("A badge").replace("<button name", "<button disabled name", 1)
    assert asked(half) is None


def test_what_is_not_shown_is_named():
    """Name, issuer and image."""
    assert asked(ONE.format(FIRST.name)).unseen(FIRST) == []
    bare = ONE.format(FIRST.name).replace('<img src="/1.png">', "").replace("Analytical", "Some")
    assert asked(bare).unseen(FIRST) == ["issuer", "image"]
    nameless = asked(ONE.format("A badge"))
    assert (nameless.badges, nameless.unseen(FIRST)) == ((FIRST,), ["name"])


@pytest.mark.parametrize(
    "picture", ["<svg></svg>", "<object></object>", "<i style='background-image: url(/1.png)'></i>"]
)
def test_a_picture_need_not_be_an_img(picture):
    written = ONE.format(FIRST.name).replace('<img src="/1.png">', picture)
    assert asked(written).unseen(FIRST) == []


def test_a_login_asks_about_no_badge():
    """Nor does a page without buttons for both answers."""
    login = '<form method="post"><input type="email" name="e"><button>Accept</button> No</form>'
    assert asked(login) is None
    assert asked("<p>Thank you</p><a href='/'>Continue</a>") is None


def test_another_language_needs_a_recipe():
    """Without it nothing is pressed, with it the right link is."""
    assert asked(GERMAN) is None
    assert pressed(asked(GERMAN, recipe=RECIPE)) == "ja"
    assert pressed(asked(GERMAN, refused=("first",), recipe=RECIPE)) == "weg"


@pytest.mark.parametrize(
    ("html", "recipe", "label"),
    [
        (LIST, None, "Done"),
        ("<a href='/in'>Log in</a><a href='/out'>Log out</a>", None, "Log in"),
        (GERMAN, RECIPE, "Fertig"),
        ("<p>Thank you</p>", None, ""),
    ],
)
def test_what_leads_on_is_pressed_once(html, recipe, label):
    """A log-out never is."""
    reader, page = DialogReader(recipe or DialogRecipe()), Page.of_text("http://b.example/", html)
    action = reader.onward(page, set())
    assert (action.control.label if action else "") == label
    assert action is None or reader.onward(page, {action.name}) is None
