"""Attacks with an earner's browser: CSRF (RFC 6749 section 10.12) and open redirects."""

from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from attrs import evolve
from multidict import MultiDict

from conformance.core.exchange import Exchange
from conformance.target.browser.browser import Browser
from conformance.target.browser.onward import page_of
from conformance.target.pages.forms import Act, Control
from conformance.target.pages.reader import PageAction, WalkGoal

MOST_FORMS = 3
"""A login may ask for e-mail and password in separate forms."""


def without_secrets(own: Control, stranger: Control) -> Control:
    """An earner's control with only the fields that an attacker knows from their own page."""
    known = [pair for pair in own.fields.items() if pair in set(stranger.fields.items())]
    return evolve(own, url=stranger.url, fields=MultiDict(known))


async def logged_in_towards(browser: Browser, start: str, redirect: str) -> Exchange | None:
    """Log in while every redirect parameter is replaced with the address of another site.

    ``redirect`` is a URL, or one without its scheme (RFC 3986 section 4.2).
    Returns the last exchange, landed if the browser was sent there; ``None`` if the login page has
    no such parameter.
    """
    foreign_url = urljoin(start, redirect)
    login_exchange = await browser.follow(await browser.get(start), foreign_url, acted=False)
    redirecting_url = _with_redirected_query(login_exchange.request.url, redirect)
    exchange = await browser.follow(await browser.get(redirecting_url), foreign_url, acted=False)
    is_changed = redirecting_url != login_exchange.request.url
    goal = WalkGoal(Act.LOOK, foreign_url, browser.earner)
    for _ in range(MOST_FORMS):
        page = page_of(exchange)
        action = browser.reader.next(page, goal, ()) if page else None
        if not isinstance(action, PageAction) or action.is_answer:
            break
        control = _with_redirected_fields(action.control, redirect)
        is_changed = is_changed or control != action.control
        exchange = await browser.follow(await browser.press(control), foreign_url, acted=True)
    return exchange if is_changed else None


def _with_redirected_fields(control: Control, foreign_url: str) -> Control:
    fields = MultiDict(
        (name, foreign_url if _is_redirect_target(value) else value)
        for name, value in control.fields.items()
    )
    return evolve(control, url=_with_redirected_query(control.url, foreign_url), fields=fields)


def _with_redirected_query(url: str, foreign_url: str) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    changed = [
        (name, foreign_url if _is_redirect_target(value) else value) for name, value in query
    ]
    return url if changed == query else urlunsplit(parts._replace(query=urlencode(changed)))


def _is_redirect_target(value: str) -> bool:
    return value.startswith(("/", "http://", "https://"))
