"""The check of login and consent: whether an earner can grant and deny access."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from attrs import evolve, field, frozen

from conformance.apis.connect.endpoints import access_url
from conformance.core.exchange import Exchange
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.target.browser.browser import Browser, ConsentResult
from conformance.target.browser.onward import is_at, page_of, redirect_of
from conformance.target.http.client import Wire, is_usable
from conformance.target.issuer_site import FIRST
from conformance.target.pages.elements import attribute, inside
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount

ANOTHER_ACCOUNT = (
    "The login failed. Give an existing account with --earner E-MAIL:PASSWORD "
    "(BACKPACK_EARNERS, [[earners]]), two if possible."
)
SPEAK_ENGLISH = (
    "The suite looks for English words. Serve the consent page in English (requests have "
    "Accept-Language: en), with a button that says Grant or Allow and one that says "
    "Deny. Or name the buttons in a consent recipe: [[consent]] in target.toml."
)
LOOK_AT_IT = (
    "Open this page in a browser: the earner must get from there to the callback. "
    "Describe the steps in a consent recipe, [[consent]] in target.toml; or grant access "
    "by hand: backpack-conformance connect."
)

SERVER_ERROR = 500
"""From this status on the server says that it failed."""
FAILED = "The server failed: see the log of your Backpack, or of a proxy before it."


@frozen
class GrantAttempt:
    """An attempt to get a grant."""

    probe: Probe
    parameters: Mapping[str, Any] = field(factory=dict)
    """The parameters that the callback got."""
    walk: ConsentResult | None = None
    """The earner's way through login and consent, if there was one."""

    @property
    def token(self) -> str | None:
        """The access token, if the callback got one."""
        token = self.parameters.get("access_token")
        return token if isinstance(token, str) else None

    @property
    def api_root(self) -> str | None:
        """The root of the API for this token, if it is a usable absolute URL."""
        api_root = self.parameters.get("api_root")
        return str(api_root).rstrip("/") if is_usable(api_root) else None


async def consent(
    session: Session,
    earner: EarnerAccount,
    act: Act,
    origin: str = FIRST,
    wire: Wire | None = None,
) -> GrantAttempt:
    """Walk to the consent page as this earner, and grant or deny access."""
    callback = session.site.callback(origin)
    browser = session.browser(wire or Wire(session.client), earner)
    walk = await browser.consent(access_url(session.target, callback), callback, act)
    walk, _ = returned(browser, walk, callback)
    access = session.target.page("access")
    purpose = "get a grant from" if act is Act.GRANT else "deny access at"
    action = f"{purpose} {access} as {earner.email}"
    landing = walk.exchange.landing
    if landing is None or (act is Act.GRANT and walk.denied_by_mistake):
        probe = Probe(act, action, where_it_ended(walk), Health.BAD, advice(session, walk))
    elif act is Act.DENY and "error" not in landing.parameters:
        names = ", ".join(landing.parameters) or "nothing"
        came_back = f"the callback received {names}, and no error"
        probe = Probe(act, action, came_back, Health.NOTE, "Is `deny` the right button?")
    else:
        probe = Probe(act, action, f"the callback received {', '.join(landing.parameters)}")
    return GrantAttempt(probe, landing.parameters if landing else {}, walk)


def returned(
    browser: Browser, walk: ConsentResult, callback: str | None
) -> tuple[ConsentResult, str | None]:
    """The walk, and how it led back to the issuer if not by a redirect to the callback.

    A redirect to another page of the issuer, or a link to the callback in place of a redirect, is
    a wrong return and not a walk that failed.
    """
    if callback is None or walk.exchange.landing is not None:
        return walk, None
    location = redirect_of(walk.exchange)
    link = _link_back(walk.exchange, callback) if walk.acted else None
    if location and urlsplit(location)[:2] == urlsplit(callback)[:2]:
        url, stray = location, location.partition("?")[0]
    elif link:
        url, stray = link, "a page with a link to the callback"
    else:
        return walk, None
    landed = browser.landed(walk.exchange, url, acted=walk.acted)
    return evolve(walk, exchange=landed), stray


def _link_back(exchange: Exchange, callback: str) -> str | None:
    """A link with parameters to the callback, on the page of an exchange."""
    page = page_of(exchange)
    links = inside(page.soup, "a") if page else ()
    urls = (urljoin(exchange.request.url, attribute(link, "href")) for link in links)
    return next((url for url in urls if "?" in url and is_at(url, callback)), None)


def where_it_ended(walk: ConsentResult) -> str:
    """The last page of a walk that did not reach the callback, in words."""
    exchange = walk.exchange
    if walk.denied_by_mistake:
        error = exchange.landing.parameters["error"] if exchange.landing else ""
        return f"{walk.denied_by_mistake!r} was pressed, and the callback received {error!r}"
    if walk.dead_end.why:
        return walk.dead_end.why
    request = f"{exchange.request.method} {exchange.request.url.partition('?')[0]}"
    if exchange.answer is None:
        return f"{request}: {exchange.trouble}"
    page = page_of(exchange)
    title = f", a page called {page.title!r}" if page and page.title else ""
    return f"the browser ended at {request}, which responded with {exchange.answer.status}{title}"


def advice(session: Session, walk: ConsentResult) -> str:
    """What to change so that a walk reaches the callback."""
    if walk.dead_end.advice:
        return walk.dead_end.advice
    if _asks_to_log_in(session, walk.exchange):
        return ANOTHER_ACCOUNT
    if walk.denied_by_mistake:
        return SPEAK_ENGLISH
    status = walk.exchange.answer.status if walk.exchange.answer else 0
    if status == 404:
        return (
            "Is there a Backpack at this URL? If its access page has another path, set --access; "
            f"now {session.target.pages.access!r}."
        )
    if status >= SERVER_ERROR:
        return FAILED
    return LOOK_AT_IT


def _asks_to_log_in(session: Session, exchange: Exchange) -> bool:
    page = page_of(exchange)
    return page is not None and session.target.reader.asks_for_login(page)
