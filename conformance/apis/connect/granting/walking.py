"""Grants that earners give in a browser, at the pages of the target."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import frozen

from conformance.apis.connect.endpoints import access_url
from conformance.apis.connect.granting.spelling import working_spelling
from conformance.apis.connect.probes.consenting import Granted, consent
from conformance.core.exchange import Exchange
from conformance.engine.done import Done, absolute, answered
from conformance.engine.session import Session
from conformance.engine.state import Broken, State
from conformance.scenario.language import Language
from conformance.scenario.model import Scenario
from conformance.target.browser.browser import NOWHERE
from conformance.target.browser.callback import Spelling, early_tokens
from conformance.target.browser.onward import page_of
from conformance.target.browser.revocation import revoke as revoked
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount


@frozen
class Walking:
    """Earners walk through login and consent."""

    walks = True
    out_of_reach = frozenset[str]()
    only_earner = None

    def lacks(self, _scenario: Scenario, _language: Language) -> str:
        """Nothing: whatever a step asks for can be tried."""
        return ""

    def keep(self, _tokens: Mapping[str, Any]) -> None:
        """The next run gets grants of its own."""

    async def grant(self, state: State, arguments: Mapping[str, Any]) -> Done:
        """Walk to the consent page in the browser of an earner, and answer."""
        act = Act(arguments.get("answer", Act.GRANT))
        browser = state.browser(arguments["earner"])
        asked = _callback(state, arguments.get("callback", {}))
        start = _access_url(state, asked, arguments)
        before = len(state.wire.exchanges)
        walk = await browser.consent(start, asked or NOWHERE, act)
        walked = state.wire.exchanges[before:]
        exchange = walk.exchange
        if act is not Act.LOOK and exchange.landing is None and not walk.acted:
            why = walk.dead_end.why or _consent_trouble(exchange)
            raise Broken(f"nothing to {act} access with: {why}", exchange)
        if act is Act.GRANT and walk.denied_by_mistake:
            raise Broken(f"{walk.denied_by_mistake!r} was pressed to grant, and denies", exchange)
        done = answered(exchange, good=_is_good(act, exchange))
        told = dict(exchange.landing.parameters) if exchange.landing else {}
        spelled = await _spelling(state, act, exchange, told)
        response = done.response and {
            **done.response,
            "early": early_tokens(walked, walk.pressed, told),
            "misspelled": sorted(spelled),
        }
        given = {name: value for name, value in told.items() if value}
        saved = {**given, **spelled, "callback": asked}
        return Done(done.exchange, response, saved, done.trouble and _consent_trouble(exchange))

    async def revoke(self, state: State, arguments: Mapping[str, Any]) -> Done:
        """Revoke on the settings page; where nobody can, the adapter does, if it has a method."""
        browser = state.browser(arguments["earner"])
        target = state.session.target
        origin = state.session.site.origins[arguments.get("origin", FIRST)].url
        ended = await revoked(browser, target.page("settings"), origin, target.revoking)
        if ended.dead_end is None:
            status = ended.exchange.answer.status if ended.exchange.answer else 0
            return answered(ended.exchange, good=200 <= status < 400)
        if (revoker := target.revoker) is None:
            raise Broken(f"nothing to revoke {origin} with: {ended.dead_end.why}", ended.exchange)
        await revoker.revoke(browser.earner.email, origin)
        return Done(unseen="the adapter revoked, which says nothing of the settings page")

    async def try_out(self, session: Session, wire: Wire, earner: EarnerAccount) -> Granted:
        """Walk to the consent page, and grant."""
        return await consent(session, earner, Act.GRANT, wire=wire)


async def _spelling(
    state: State, act: Act, exchange: Exchange, told: Mapping[str, Any]
) -> Spelling:
    """The values of the callback that must be read otherwise; all tokens are known afterwards."""
    state.learn_tokens(told, absolute(told.get("api_root")))
    if act is not Act.GRANT or exchange.landing is None:
        return {}
    spelled = await working_spelling(state, exchange.landing.url, told)
    if spelled:
        right = {**told, **spelled}
        state.learn_tokens(right, absolute(right.get("api_root")))
    return spelled


def _access_url(state: State, callback: str | None, wanted: Mapping[str, Any]) -> str:
    if "query" in wanted:
        query = wanted["query"]
        asked = query if isinstance(query, str) else urlencode(query, doseq=True)
        return f"{state.session.target.page('access')}?{asked}"
    scope = wanted.get("scope", ["issue"])
    return access_url(state.session.target, callback, None if scope is None else ",".join(scope))


def _callback(state: State, wanted: Mapping[str, Any]) -> str | None:
    if "url" in wanted:
        url: str | None = wanted["url"]
        return url
    callback = state.session.site.callback(wanted.get("origin", FIRST))
    return f"{callback}?{wanted['query']}" if "query" in wanted else callback


def _is_good(act: Act, exchange: Exchange) -> bool:
    if act is Act.LOOK:
        return exchange.answer is not None and exchange.answer.status == 200
    told = exchange.landing.parameters if exchange.landing else {}
    return bool(told.get("access_token" if act is Act.GRANT else "error"))


def _consent_trouble(exchange: Exchange) -> str:
    """Where the walk through consent ended, in words."""
    if exchange.answer is None:
        return exchange.trouble
    if exchange.landing:
        names = ", ".join(exchange.landing.parameters) or "no parameters"
        return f"the callback was told {names}"
    page = page_of(exchange)
    title = f", a page called {page.title!r}" if page and page.title else ""
    url = exchange.request.url.partition("?")[0]
    return f"the browser ended at {url} with {exchange.answer.status}{title}"
