"""Grants of the adapter, when login or consent at the target's pages cannot be completed."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from conformance.apis.connect.probes.consenting import GrantAttempt
from conformance.engine.probe import Probe
from conformance.engine.session import Session
from conformance.engine.state import State
from conformance.engine.step_result import StepResult, absolute
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Scenario
from conformance.scenario.needs import with_blocks
from conformance.scenario.verb import Actor
from conformance.target.adapter.hooks import AdapterHooks
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.reader import EarnerAccount

AT_PAGES = "it needs an earner at the target's pages, but only the adapter's grant() gives grants"
NO_REVOKE = "the adapter has no revoke(), and the settings page cannot be reached"


@frozen
class ByAdapter:
    """The adapter grants and revokes access instead of earners."""

    adapter: AdapterHooks
    walks = False
    out_of_reach = frozenset[str]()
    only_earner = None

    def lacks(self, scenario: Scenario, language: Language) -> str:
        """Why a scenario needs more than an adapter's ``grant`` and ``revoke``."""
        steps = list(with_blocks(scenario.steps))
        walks = [step for step in steps if step.verb in ("connect", "revoke")]
        plain = [step for step in walks if _is_plain(step.arguments) and not step.expect]
        is_at_pages = any(
            step.verb == PLAY or language.verbs[step.verb].actor is Actor.PAGES for step in steps
        )
        if len(plain) < len(walks) or is_at_pages:
            return AT_PAGES
        revokes = any(step.verb == "revoke" for step in steps)
        return NO_REVOKE if revokes and "revoke" not in self.adapter.channel.methods else ""

    def keep(self, _tokens: Mapping[str, Any]) -> None:
        """Do nothing: the next run gets grants of its own."""

    async def grant(self, state: State, arguments: Mapping[str, Any]) -> StepResult:
        """Get a grant from the adapter."""
        email = state.earner(arguments["earner"]).email
        site = state.session.site
        origin = arguments.get("callback", {}).get("origin", FIRST)
        tokens = await self.adapter.grant(email, site.origins[origin].url, ["issue"])
        state.learn_tokens(tokens, absolute(tokens.get("api_root")))
        return StepResult(saved={**tokens, "callback": site.callback(origin)})

    async def revoke(self, state: State, arguments: Mapping[str, Any]) -> StepResult:
        """Let the adapter revoke access."""
        origin = state.session.site.origins[arguments.get("origin", FIRST)].url
        await self.adapter.revoke(state.earner(arguments["earner"]).email, origin)
        return StepResult()

    async def try_out(self, session: Session, _wire: Wire, earner: EarnerAccount) -> GrantAttempt:
        """Let the adapter grant."""
        granted = await self.adapter.grant(earner.email, session.site.origins[FIRST].url, ["issue"])
        tried = f"grant() of the adapter {self.adapter.channel.name}"
        return GrantAttempt(
            Probe("adapter grant", tried, f"it returned {', '.join(granted)}"), granted
        )


def _is_plain(arguments: Mapping[str, Any]) -> bool:
    """Whether a step names only the earner and the origin of a grant."""
    members = {*arguments, *arguments.get("callback", ())} - {"callback"}
    return members <= {"earner", "origin"}
