"""Preflight: is everything there that a run needs; a no here is nobody's failure yet."""

import asyncio

from conformance.client import Wire
from conformance.redaction import Secrets
from conformance.session import Session
from conformance.target.browser import Browser, Earner, Walk, page_of
from conformance.target.forms import Act
from conformance.values.errors import PreflightError
from conformance.values.exchange import Exchange

REACH_SECONDS = 10.0
"""How long a target may take for its first answer."""


async def preflight(session: Session) -> PreflightError | None:
    """Reach the target, and walk through consent once; what does not work, or nothing."""
    if session.target.trouble is not None:
        return session.target.trouble
    earner = session.earner("ada", 0)
    try:
        await _reach(session)
        await _consent(session, earner)
    except PreflightError as trouble:
        return _without_secrets(trouble, earner)
    return None


def _without_secrets(trouble: PreflightError, earner: Earner) -> PreflightError:
    """It is written into the record; a page's title may greet the earner."""
    secrets = Secrets()
    secrets.add(earner.email, f"e-mail of {earner.role}")
    secrets.add(earner.password, f"password of {earner.role}")
    return PreflightError(
        *map(secrets.redacted, (trouble.tried, trouble.came_back, trouble.advice))
    )


async def _reach(session: Session) -> None:
    url = session.target.page("access")
    tried = f"GET {url}"
    try:
        async with asyncio.timeout(REACH_SECONDS):
            exchange = await Wire(session.client).send("GET", url)
    except TimeoutError:
        came_back = f"no answer within {REACH_SECONDS:g} seconds"
        raise PreflightError(tried, came_back, "See whether the Backpack hangs.") from None
    if exchange.answer is None:
        raise PreflightError(
            tried,
            exchange.trouble,
            "Start the Backpack, or give the address at which it listens: "
            "backpack-conformance run http://HOST:PORT",
        )


async def _consent(session: Session, earner: Earner) -> None:
    callback = session.site.callback()
    browser = Browser(Wire(session.client), earner)
    start = session.target.access_url(callback, "issue")
    walk = await browser.consent(start, callback, Act.GRANT)
    if walk.exchange.landing is None or walk.denied_by_mistake:
        raise PreflightError(
            f"get a grant from {session.target.page('access')} as {browser.earner.email}",
            _where_it_ended(walk),
            _advice(session, walk),
        )


def _where_it_ended(walk: Walk) -> str:
    exchange = walk.exchange
    if walk.denied_by_mistake:
        told = exchange.landing.parameters["error"] if exchange.landing else ""
        return f"{walk.denied_by_mistake!r} was pressed, and the callback was told {told!r}"
    shown = f"{exchange.request.method} {exchange.request.url.partition('?')[0]}"
    if exchange.answer is None:
        return f"{shown}: {exchange.trouble}"
    page = page_of(exchange)
    title = f", a page called {page.title!r}" if page and page.title else ""
    return f"the browser ended at {shown}, which answered {exchange.answer.status}{title}"


def _advice(session: Session, walk: Walk) -> str:
    if _asks_to_log_in(walk.exchange):
        return (
            "The login did not work: give an account that the target knows with "
            "--earner E-MAIL:PASSWORD (two of them, if you can)."
        )
    if walk.denied_by_mistake:
        return (
            "The suite reads English: let the consent page speak it (it is asked with "
            "Accept-Language: en), with a button that says Grant or Allow and one that says Deny."
        )
    status = walk.exchange.answer.status if walk.exchange.answer else 0
    if status == 404:
        return (
            f"Is the access page elsewhere? Give its path with --access, now "
            f"{session.target.pages.access!r}."
        )
    return "Look at this page in a browser: the earner must get from there to the callback."


def _asks_to_log_in(exchange: Exchange) -> bool:
    page = page_of(exchange)
    return page is not None and page.login_form() is not None
