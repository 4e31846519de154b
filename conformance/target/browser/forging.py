"""What a page of somebody else can make an earner's browser do (RFC 6749 section 10.12)."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from attrs import evolve
from multidict import MultiDict

from conformance.core.exchange import Exchange
from conformance.target.browser.browser import Browser
from conformance.target.browser.onward import page_of
from conformance.target.pages.forms import Act, Control
from conformance.target.pages.reader import PageAction, WalkGoal

MOST_FORMS = 3
"""A login may ask for e-mail and password one after the other."""


def without_secrets(own: Control, stranger: Control) -> Control:
    """An earner's control with only what a stranger knows: what is the same on their own page."""
    known = [pair for pair in own.fields.items() if pair in set(stranger.fields.items())]
    return evolve(own, url=stranger.url, fields=MultiDict(known))


async def logged_in_towards(browser: Browser, start: str, elsewhere: str) -> Exchange | None:
    """Log in where every hint of the way on is bent to a URL of somebody else.

    Returns the last exchange, landed when the browser was sent there; ``None`` when the login
    page takes no such hint.
    """
    asked = await browser.follow(await browser.get(start), elsewhere, acted=False)
    bent_url = _bent(asked.request.url, elsewhere)
    exchange = await browser.follow(await browser.get(bent_url), elsewhere, acted=False)
    is_bent = bent_url != asked.request.url
    asked_to_look = WalkGoal(Act.LOOK, elsewhere, browser.earner)
    for _ in range(MOST_FORMS):
        page = page_of(exchange)
        move = browser.reader.next(page, asked_to_look, ()) if page else None
        if not isinstance(move, PageAction) or move.answers:
            break
        bent = _bent_control(move.control, elsewhere)
        is_bent = is_bent or bent != move.control
        exchange = await browser.follow(await browser.press(bent), elsewhere, acted=True)
    return exchange if is_bent else None


def _bent_control(control: Control, elsewhere: str) -> Control:
    fields = MultiDict(
        (name, elsewhere if _leads_on(value) else value) for name, value in control.fields.items()
    )
    return evolve(control, url=_bent(control.url, elsewhere), fields=fields)


def _bent(url: str, elsewhere: str) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    bent = [(name, elsewhere if _leads_on(value) else value) for name, value in query]
    return url if bent == query else urlunsplit(parts._replace(query=urlencode(bent)))


def _leads_on(value: str) -> bool:
    return value.startswith(("/", "http://", "https://"))
