"""Draft a recipe to complete by hand: the actions of the earner, then the last page."""

from collections.abc import Iterator, Sequence

from bs4 import Tag

from conformance.target.pages.elements import inside, is_shown, kind_of
from conformance.target.pages.forms import Page
from conformance.target.pages.inventory import inventory, named
from conformance.target.pages.reader import Actions, PageAction

UNSEEN = ("hidden", "submit", "button", "image", "reset", "search")
"""Kinds of fields that an earner does not fill in on a login or consent page."""


def draft(actions: Actions, page: Page | None) -> list[str]:
    """Lines of a consent recipe: the forms that worked, then the form where the walk stopped."""
    page_actions = [action for action in actions if isinstance(action, PageAction)]
    lines = [line for action in page_actions for line in _step_of(action)]
    if page is None:
        return lines
    form = _form_of(page, [action.control.form for action in page_actions])
    lines += [f"The login stopped at {page.described()}; it contains: {inventory(page)}"]
    return [*lines, *(_step(form, page) if form is not None else ())]


def _step_of(action: PageAction) -> Iterator[str]:
    """A form that was submitted, with its entries."""
    form = action.control.form
    if form is None:
        return
    entered = [element for element, _ in action.entries] or _fields(form)
    filled = {named(element): _filled(element) for element in entered}
    yield from _lines("log in" if filled else "go on", form, filled)
    if action.control.element is not None:
        yield f"press = {_quoted(named(action.control.element))}"
    yield ""


def _form_of(page: Page, sent: Sequence[Tag | None]) -> Tag | None:
    """The form to continue with: the login, else one with the method POST, else any."""
    login = page.login_form()
    if login is not None and login.control.form is not None:
        return login.control.form
    before = {named(form) for form in sent if form is not None}
    forms = [form for form in page.forms() if named(form) not in before and not _ends(page, form)]
    posted = [form for form in forms if page.first_control(form).method == "POST"]
    return next(iter(posted or forms), None)


def _ends(page: Page, form: Tag) -> bool:
    return all(button.ends_session for button in page.buttons(form))


def _step(form: Tag, page: Page) -> Iterator[str]:
    """A step for a form that was not submitted yet; after a login form also an answer step."""
    fields = _fields(form)
    texts = [field for field in fields if kind_of(field) not in ("checkbox", "radio")]
    buttons = [button.element for button in page.buttons(form) if button.element is not None]
    if texts:
        yield from _lines("log in", form, {named(field): _filled(field) for field in fields})
        yield from (f"press = {_quoted(named(button))}" for button in buttons[:1])
        yield from ("", "[[consent]]", 'step = "answer"', "form = 'form'")
        yield from ("grant = 'button.grant'", "deny = 'button.deny'")
        return
    yield from _lines("answer", form, {})
    named_buttons = [*map(named, buttons), "button.grant", "button.deny"]
    yield f"grant = {_quoted(named_buttons[0])}"
    yield f"deny = {_quoted(named_buttons[1])}"


def _fields(form: Tag) -> list[Tag]:
    return [
        field for field in inside(form, "input") if kind_of(field) not in UNSEEN and is_shown(field)
    ]


def _lines(step: str, form: Tag, filled: dict[str, str]) -> Iterator[str]:
    yield from ("[[consent]]", f'step = "{step}"', f"form = {_quoted(named(form))}")
    if filled:
        entries = ", ".join(f"{_quoted(name)} = {value}" for name, value in filled.items())
        yield f"fields = {{ {entries} }}"


def _filled(field: Tag) -> str:
    kind = kind_of(field)
    if kind in ("checkbox", "radio"):
        return "true"
    return "'$password'" if kind == "password" else "'$email'"


def _quoted(text: str) -> str:
    return f"'{text}'"
