"""Grants that earners give in a browser at the target's pages."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import evolve, frozen

from conformance.apis.connect.endpoints import access_url
from conformance.apis.connect.granting.spelling import working_spelling
from conformance.apis.connect.probes.consenting import GrantAttempt, consent, returned
from conformance.core.exchange import Exchange
from conformance.engine.session import Session
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult, absolute, exchange_result
from conformance.scenario.language import Language
from conformance.scenario.model import Scenario
from conformance.target.browser.browser import NOWHERE, Browser
from conformance.target.browser.callback import Spelling, early_tokens
from conformance.target.browser.onward import page_of
from conformance.target.browser.revocation import revoke as revoked
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount

MANAGED = "managed at the pages"
REVOKE = "revoke"


@frozen
class Walking:
    """Earners walk through login and consent."""

    walks = True
    out_of_reach = frozenset[str]()
    only_earner = None

    def lacks(self, _scenario: Scenario, _language: Language) -> str:
        """Nothing: every step can be tried."""
        return ""

    def keep(self, _tokens: Mapping[str, Any]) -> None:
        """The next run gets grants of its own."""

    async def grant(self, state: State, arguments: Mapping[str, Any]) -> StepResult:
        """Walk to the consent page in the browser of an earner, and answer.

        An earner who has managed it before in this run, and now does not, is no riddle: the step
        has a response without a landing, which can be judged.

        Raises:
            StepFailed: when the consent page was not reached, or the wrong button was pressed.
        """
        act = Act(arguments.get("answer", Act.GRANT))
        browser = state.browser(arguments["earner"])
        callback = _callback(state, arguments.get("callback", {}))
        start = _access_url(state, callback, arguments)
        before = len(state.wire.exchanges)
        walk = await browser.consent(start, callback or NOWHERE, act)
        exchanges = state.wire.exchanges[before:]
        walk, stray = returned(browser, walk, callback)
        exchange, managed = walk.exchange, _managed(state, browser)
        if (
            act is not Act.LOOK
            and exchange.landing is None
            and not walk.acted
            and act not in managed
        ):
            reason = walk.dead_end.why or _consent_trouble(exchange)
            raise StepFailed(f"found no button or link to {act} access: {reason}", exchange)
        if act is Act.GRANT and walk.denied_by_mistake:
            raise StepFailed(
                f"{walk.denied_by_mistake!r} was pressed to grant access, but denies it", exchange
            )
        result = exchange_result(exchange, good=_is_good(act, exchange))
        if exchange.landing is not None:
            managed.add(act)
        parameters = dict(exchange.landing.parameters) if exchange.landing else {}
        corrected = await _corrected(state, act, exchange, parameters)
        response = result.response and {
            **result.response,
            "early": early_tokens(exchanges, walk.pressed, parameters),
            "misspelled": sorted(corrected),
            "stray": stray,
        }
        present = {name: value for name, value in parameters.items() if value}
        saved = {**present, **corrected, "callback": callback}
        trouble = result.trouble and _consent_trouble(exchange)
        return StepResult(result.exchange, response, saved, trouble)

    async def revoke(self, state: State, arguments: Mapping[str, Any]) -> StepResult:
        """Revoke on the settings page; when that is impossible, with the adapter's ``revoke``.

        The response has ``obstacle``: why an earner who has revoked before in this run now cannot,
        or ``None``.

        Raises:
            StepFailed: when neither is possible.
        """
        browser = state.browser(arguments["earner"])
        target = state.session.target
        origin = state.session.site.origins[arguments.get("origin", FIRST)].url
        ended = await revoked(browser, target.page("settings"), origin, target.revoking)
        managed = _managed(state, browser)
        if ended.dead_end is None:
            managed.add(REVOKE)
            status = ended.exchange.answer.status if ended.exchange.answer else 0
            return _revocation(ended.exchange, good=200 <= status < 400)
        if (revoker := target.revoker) is None:
            obstacle = f"found no button or link to revoke {origin}: {ended.dead_end.why}"
            if REVOKE in managed:
                return _revocation(ended.exchange, good=False, obstacle=obstacle)
            raise StepFailed(obstacle, ended.exchange)
        await revoker.revoke(browser.earner.email, origin)
        return StepResult(unjudged="the adapter revoked access; the settings page is untested")

    async def try_out(self, session: Session, wire: Wire, earner: EarnerAccount) -> GrantAttempt:
        """Walk to the consent page and grant access."""
        return await consent(session, earner, Act.GRANT, wire=wire)


async def _corrected(
    state: State, act: Act, exchange: Exchange, parameters: Mapping[str, Any]
) -> Spelling:
    """The values of the callback that need another decoding; the state learns all tokens."""
    state.learn_tokens(parameters, absolute(parameters.get("api_root")))
    if act is not Act.GRANT or exchange.landing is None:
        return {}
    corrected = await working_spelling(state, exchange.landing.url, parameters)
    if corrected:
        merged = {**parameters, **corrected}
        state.learn_tokens(merged, absolute(merged.get("api_root")))
    return corrected


def _managed(state: State, browser: Browser) -> set[str]:
    """What an earner has managed at the target's pages in this run."""
    by_earner: dict[str, set[str]] = state.session.memory.setdefault(MANAGED, {})
    return by_earner.setdefault(browser.earner.email, set())


def _revocation(exchange: Exchange, *, good: bool, obstacle: str | None = None) -> StepResult:
    result = exchange_result(exchange, good=good)
    response = result.response and {**result.response, "obstacle": obstacle}
    return evolve(result, response=response, trouble=obstacle or result.trouble)


def _access_url(state: State, callback: str | None, parameters: Mapping[str, Any]) -> str:
    if "query" in parameters:
        query = parameters["query"]
        asked = query if isinstance(query, str) else urlencode(query, doseq=True)
        return f"{state.session.target.page('access')}?{asked}"
    scope = parameters.get("scope", ["issue"])
    return access_url(state.session.target, callback, None if scope is None else ",".join(scope))


def _callback(state: State, written: Mapping[str, Any]) -> str | None:
    """The callback URL, from what a step says of the callback."""
    if "url" in written:
        url: str | None = written["url"]
        return url
    callback = state.session.site.callback(written.get("origin", FIRST))
    return f"{callback}?{written['query']}" if "query" in written else callback


def _is_good(act: Act, exchange: Exchange) -> bool:
    if act is Act.LOOK:
        return exchange.answer is not None and exchange.answer.status == 200
    parameters = exchange.landing.parameters if exchange.landing else {}
    return bool(parameters.get("access_token" if act is Act.GRANT else "error"))


def _consent_trouble(exchange: Exchange) -> str:
    """Where the walk through consent ended, in words."""
    if exchange.answer is None:
        return exchange.trouble
    if exchange.landing:
        names = ", ".join(exchange.landing.parameters) or "no parameters"
        return f"the callback received {names}"
    page = page_of(exchange)
    title = f", a page called {page.title!r}" if page and page.title else ""
    url = exchange.request.url.partition("?")[0]
    return f"the browser ended at {url} with {exchange.answer.status}{title}"
