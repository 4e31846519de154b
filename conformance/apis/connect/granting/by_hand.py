"""The one grant that an earner gave by hand, which all scenarios use."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from conformance.apis.connect.granting.renewing import renewed
from conformance.apis.connect.probes.consenting import GrantAttempt
from conformance.core.errors import NotProvoked
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.engine.state import State
from conformance.engine.step_result import StepResult
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Scenario
from conformance.scenario.needs import with_blocks
from conformance.scenario.verb import Actor
from conformance.target.http.client import Wire
from conformance.target.pages.reader import EarnerAccount
from conformance.target.stored_grant import StoredGrant

CONNECT_AGAIN = "Get another grant by hand: backpack-conformance connect."
AT_PAGES = "it needs an earner at the target's pages, but the only grant was given by hand"
TWICE = "it uses a refresh token twice, which may end the grant that was given by hand"


@frozen
class ByHand:
    """A grant that is renewed for each scenario."""

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
        spent = [str(step.arguments.get("token")) for step in steps if step.verb == "refresh"]
        return TWICE if len(set(spent)) < len(spent) else ""

    def keep(self, tokens: Mapping[str, Any]) -> None:
        """Store the tokens of a refresh: the old ones no longer work."""
        self.kept.replace(dict(tokens))

    async def grant(self, state: State, _arguments: Mapping[str, Any]) -> StepResult:
        """Refresh the grant.

        Raises:
            NotProvoked: when the grant has ended.
        """
        state.browser("ada")
        state.secrets.add(self.kept.refresh_token, "refresh_token")
        tokens, came_back = await renewed(state.wire, self.kept)
        if tokens is None:
            raise NotProvoked(
                f"the stored grant has ended ({came_back}): run backpack-conformance connect"
            )
        state.learn_tokens(tokens, self.kept["api_root"])
        return StepResult(saved={**tokens, "callback": self.kept.callback})

    async def revoke(self, _state: State, _arguments: Mapping[str, Any]) -> StepResult:
        """Impossible without an earner.

        Raises:
            NotProvoked: always.
        """
        raise NotProvoked(AT_PAGES)

    async def try_out(self, _session: Session, wire: Wire, _earner: EarnerAccount) -> GrantAttempt:
        """Renew the grant."""
        tried = f"refresh the grant stored in {self.kept.file}"
        granted, came_back = await renewed(wire, self.kept)
        if granted is None:
            return GrantAttempt(Probe("stored grant", tried, came_back, Health.BAD, CONNECT_AGAIN))
        return GrantAttempt(Probe("stored grant", tried, came_back), granted)
