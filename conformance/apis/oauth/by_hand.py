"""The one grant that an earner gave by hand to a client of the suite, which scenarios renew."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from attrs import frozen

from conformance.apis.oauth.authorizing import AuthorizationRequest
from conformance.apis.oauth.clients import CLIENTS, CREDENTIALS, metadata, register
from conformance.apis.oauth.server import server_of
from conformance.apis.oauth.service import Service
from conformance.apis.oauth.tokens import exchange_form, refresh_form, token
from conformance.core.errors import NotProvoked
from conformance.engine.granting import Invitation
from conformance.engine.session import Session
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Scenario
from conformance.scenario.needs import with_blocks
from conformance.scenario.verb import Actor
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.reader import EarnerAccount
from conformance.target.stored_grant import StoredGrant

AT_PAGES = "it needs an earner at the target's pages, but the only grant was given by hand"
TWICE = "it renews or spends a grant more than once, which may end the one that was given by hand"
NOT_RENEWABLE = "no refresh token came, so later runs could not renew the grant"
RENEWING = ("refresh", "revoke_token")
"""Verbs after which the stored refresh token may be spent."""


def inviting_by(service: Service) -> Callable[[Session, str], Awaitable[Invitation]]:
    """How an earner is invited to grant access by hand, once the API has given the URL."""

    async def invite(session: Session, callback: str) -> Invitation:
        """The link to the authorization endpoint, for a client registered for this callback.

        Raises:
            StepFailed: when the document of the API or the registration cannot be used.
        """
        await service.discover(session, Wire(session.client))
        return await _invited(session, callback)

    return invite


async def _invited(session: Session, callback: str) -> Invitation:
    """A link for a client that is registered for a callback.

    Raises:
        StepFailed: when registration does not work.
    """
    state, server = State.fresh(session, {}), server_of(session)
    sent = {**metadata(session.site, server, FIRST, None), "redirect_uris": [callback]}
    registered = await register(state, sent)
    if registered.trouble:
        raise StepFailed(f"no client was registered: {registered.trouble}", registered.exchange)
    client = registered.saved
    request = AuthorizationRequest.of(client, " ".join(server.scopes), {})

    async def redeem(parameters: Mapping[str, Any]) -> Mapping[str, str]:
        """Trade the code for tokens."""
        if parameters.get("state") != request.state or not parameters.get("code"):
            received = ", ".join(parameters) or "nothing"
            raise StepFailed(f"the callback received {received}; expected code, and state as sent")
        names = ("redirect_uri", "scope")
        asked = {name: request.parameters[name] for name in names}
        form = exchange_form(
            {**asked, "code": parameters["code"], "code_verifier": request.verifier}
        )
        result = await token(state, server, form, client, {})
        if result.trouble:
            raise StepFailed(f"the token endpoint sent no tokens: {result.trouble}")
        if not isinstance(result.saved.get("refresh_token"), str):
            raise StepFailed(NOT_RENEWABLE)
        tokens = {name: str(result.saved[name]) for name in ("access_token", "refresh_token")}
        return {**{name: str(client[name]) for name in CREDENTIALS}, **tokens}

    return Invitation(request.url(server), redeem)


@frozen
class ByHand:
    """A grant that is renewed for each scenario, with the client that it was given to."""

    kept: StoredGrant
    walks = False
    out_of_reach = frozenset({"grant", "deny", "pages", "revoke", "second-earner"})

    @property
    def only_earner(self) -> str:
        """The earner who gave it."""
        return self.kept.email

    def lacks(self, scenario: Scenario, language: Language) -> str:
        """Why a scenario needs another grant, or an earner."""
        steps = list(with_blocks(scenario.steps))
        connects = [step for step in steps if step.verb == "connect"]
        plain = [step for step in connects if set(step.arguments) == {"earner"} and not step.expect]
        is_at_pages = any(
            step.verb == PLAY or language.verbs[step.verb].actor is not Actor.ISSUER
            for step in steps
        )
        if len(connects) > 1 or len(plain) < len(connects) or is_at_pages:
            return AT_PAGES
        spending = [step for step in steps if step.verb in (*RENEWING, "parallel")]
        return TWICE if connects and len(spending) > 1 else ""

    def keep(self, tokens: Mapping[str, Any]) -> None:
        """Store the tokens of a refresh: the old ones may no longer work."""
        self.kept.replace(tokens)

    async def grant(self, state: State, _arguments: Mapping[str, Any]) -> StepResult:
        """Refresh the grant.

        Raises:
            NotProvoked: when the grant has ended.
        """
        state.browser("ada")
        result = await self._renewed(state)
        if result.trouble:
            raise NotProvoked(
                f"the stored grant has ended ({result.trouble}): run backpack-conformance connect"
            )
        return result

    async def revoke(self, _state: State, _arguments: Mapping[str, Any]) -> StepResult:
        """Impossible without an earner.

        Raises:
            NotProvoked: always.
        """
        raise NotProvoked(AT_PAGES)

    async def try_out(self, session: Session, wire: Wire, _earner: EarnerAccount) -> StepResult:
        """Renew the grant.

        Raises:
            StepFailed: when it has ended.
        """
        state = State.fresh(session, {})
        state.wire = wire
        result = await self._renewed(state)
        if result.trouble:
            message = f"the grant stored in {self.kept.file} cannot be renewed: {result.trouble}"
            raise StepFailed(message, result.exchange)
        return result

    async def _renewed(self, state: State) -> StepResult:
        """New tokens, which are stored; an answer without a refresh token leaves the old one."""
        client = {name: self.kept[name] for name in CREDENTIALS}
        client["redirect_uri"] = self.kept.callback
        state.session.memory.setdefault(CLIENTS, {})[FIRST] = client
        state.secrets.add(self.kept.refresh_token, "refresh_token")
        form = refresh_form(self.kept.refresh_token)
        result = await token(state, server_of(state.session), form, client, {})
        if result.trouble:
            return result
        self.kept.replace(result.saved)
        saved = {**result.saved, "refresh_token": self.kept.refresh_token}
        return StepResult(result.exchange, result.response, saved, result.trouble)
