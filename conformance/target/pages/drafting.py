"""A recipe to go on with by hand: what an earner did on the way, and the page where it stopped."""

from collections.abc import Iterator, Sequence

from bs4 import Tag

from conformance.target.pages.elements import inside, is_shown, kind_of
from conformance.target.pages.forms import Page
from conformance.target.pages.inventory import inventory, named
from conformance.target.pages.reader import Done, Move

UNSEEN = ("hidden", "submit", "button", "image", "reset", "search")
"""Kinds of fields that nobody fills in on such a page."""


def draft(done: Done, page: Page | None) -> list[str]:
    """Lines of a consent recipe: the forms that worked, then the one where the walk stopped."""
    moves = [one for one in done if isinstance(one, Move)]
    lines = [line for one in moves for line in _step_of(one)]
    if page is None:
        return lines
    form = _form_of(page, [one.control.form for one in moves])
    lines += [f"The login stopped at {page.told()}; it contains: {inventory(page)}"]
    return [*lines, *(_step(form, page) if form is not None else ())]


def _step_of(move: Move) -> Iterator[str]:
    """A form that was sent, with what was filled in."""
    form = move.control.form
    if form is None:
        return
    entered = [element for element, _ in move.entries] or _fields(form)
    filled = {named(element): _filled(element) for element in entered}
    yield from _lines("log in" if filled else "go on", form, filled)
    if move.control.element is not None:
        yield f"press = {_quoted(named(move.control.element))}"
    yield ""


def _form_of(page: Page, sent: Sequence[Tag | None]) -> Tag | None:
    """The form that leads on: the login, else one that is posted, else any."""
    login = page.login_form()
    if login is not None and login.control.form is not None:
        return login.control.form
    before = {named(one) for one in sent if one is not None}
    forms = [one for one in page.forms() if named(one) not in before and not _ends(page, one)]
    posted = [one for one in forms if page.first_control(one).method == "POST"]
    return next(iter(posted or forms), None)


def _ends(page: Page, form: Tag) -> bool:
    return all(one.ends_session for one in page.buttons(form))


def _step(form: Tag, page: Page) -> Iterator[str]:
    """A step for a form that nobody has sent yet, and one for the answer where it is none."""
    fields = _fields(form)
    texts = [one for one in fields if kind_of(one) not in ("checkbox", "radio")]
    buttons = [one.element for one in page.buttons(form) if one.element is not None]
    if texts:
        yield from _lines("log in", form, {named(one): _filled(one) for one in fields})
        yield from (f"press = {_quoted(named(one))}" for one in buttons[:1])
        yield from ("", "[[consent]]", 'step = "answer"', "form = 'form'")
        yield from ("grant = 'button.grant'", "deny = 'button.deny'")
        return
    yield from _lines("answer", form, {})
    named_buttons = [*map(named, buttons), "button.grant", "button.deny"]
    yield f"grant = {_quoted(named_buttons[0])}"
    yield f"deny = {_quoted(named_buttons[1])}"


def _fields(form: Tag) -> list[Tag]:
    return [one for one in inside(form, "input") if kind_of(one) not in UNSEEN and is_shown(one)]


def _lines(step: str, form: Tag, filled: dict[str, str]) -> Iterator[str]:
    yield from ("[[consent]]", f'step = "{step}"', f"form = {_quoted(named(form))}")
    if filled:
        told = ", ".join(f"{_quoted(name)} = {value}" for name, value in filled.items())
        yield f"fields = {{ {told} }}"


def _filled(field: Tag) -> str:
    kind = kind_of(field)
    if kind in ("checkbox", "radio"):
        return "true"
    return "'$password'" if kind == "password" else "'$email'"


def _quoted(text: str) -> str:
    return f"'{text}'"
