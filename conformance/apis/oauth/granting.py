"""Grants that earners give at the target's pages, for a client of the suite."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from conformance.apis.oauth.authorizing import AuthorizationRequest, authorize
from conformance.apis.oauth.clients import known_client
from conformance.apis.oauth.server import server_of
from conformance.apis.oauth.tokens import exchange_form, token
from conformance.engine.session import Session
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult, exchange_result
from conformance.scenario.language import Language
from conformance.scenario.model import Scenario
from conformance.target.browser.revocation import revoke as revoked
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount


@frozen
class Walking:
    """Earners walk through login and consent; the code is traded for tokens."""

    walks = True
    out_of_reach = frozenset[str]()
    only_earner = None

    def lacks(self, _scenario: Scenario, _language: Language) -> str:
        """Nothing: every step can be tried."""
        return ""

    def keep(self, _tokens: Mapping[str, Any]) -> None:
        """The next run gets grants of its own."""

    async def grant(self, state: State, arguments: Mapping[str, Any]) -> StepResult:
        """Get tokens for the client of an origin.

        The answer of the token endpoint is judged. The result saves its members, ``client``, and
        the ``code`` that was traded.

        Raises:
            StepFailed: when there is no client, or the earner came back without a code.
        """
        server = server_of(state.session)
        client = arguments.get("client") or await known_client(
            state, arguments.get("origin", FIRST)
        )
        request = AuthorizationRequest.of(client, server.asking(arguments.get("scope")), {})
        came_back = await authorize(state, arguments["earner"], request, server, Act.GRANT)
        if came_back.trouble:
            raise StepFailed(f"no code came back: {came_back.trouble}", came_back.exchange)
        result = await token(state, server, exchange_form(came_back.saved), client, {})
        saved = {**result.saved, "code": came_back.saved.get("code")}
        return StepResult(result.exchange, result.response, saved, result.trouble)

    async def revoke(self, state: State, arguments: Mapping[str, Any]) -> StepResult:
        """Revoke access of the client of an origin on the page of permissions.

        When that is impossible, the adapter's ``revoke`` does it.

        Raises:
            StepFailed: when neither is possible.
        """
        browser, target = state.browser(arguments["earner"]), state.session.target
        origin = state.session.site.origins[arguments.get("origin", FIRST)].url
        ended = await revoked(browser, target.page("settings"), origin, target.revoking)
        if ended.dead_end is not None and target.revoker is not None:
            await target.revoker.revoke(browser.earner.email, origin)
            return StepResult(unjudged="the adapter revoked access; the page is untested")
        if ended.dead_end is not None:
            message = f"found no button or link to revoke {origin}: {ended.dead_end.why}"
            raise StepFailed(message, ended.exchange)
        status = ended.exchange.answer.status if ended.exchange.answer else 0
        return exchange_result(ended.exchange, good=200 <= status < 400)

    async def try_out(self, session: Session, wire: Wire, earner: EarnerAccount) -> StepResult:
        """Get a grant outside of any scenario.

        Raises:
            StepFailed: as `grant` does.
        """
        state = State.fresh(session, {})
        state.wire = wire
        state.browsers["ada"] = session.browser(wire, earner)
        return await self.grant(state, {"earner": "ada"})
