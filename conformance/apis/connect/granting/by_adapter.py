"""Grants that the adapter gives, where nobody can walk through the target's pages."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from conformance.apis.connect.probes.consenting import Granted
from conformance.engine.done import Done, absolute
from conformance.engine.probe import Probe
from conformance.engine.session import Session
from conformance.engine.state import State
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Scenario
from conformance.scenario.needs import with_blocks
from conformance.scenario.verb import Actor
from conformance.target.adapter.hooks import AdapterHooks
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.reader import EarnerAccount

AT_PAGES = "it needs an earner at the target's pages, and there is only grant() of the adapter"
NO_REVOKE = "the adapter has no revoke(), and nobody can get to the settings page"


@frozen
class ByAdapter:
    """The adapter grants and revokes in place of earners."""

    adapter: AdapterHooks
    walks = False
    out_of_reach = frozenset[str]()
    only_earner = None

    def lacks(self, scenario: Scenario, language: Language) -> str:
        """What an adapter can do is to grant and to revoke, and nothing else at the pages."""
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
        """The next run gets grants of its own."""

    async def grant(self, state: State, arguments: Mapping[str, Any]) -> Done:
        """A grant of the adapter, in place of one that the earner gives."""
        email = state.earner(arguments["earner"]).email
        site = state.session.site
        origin = arguments.get("callback", {}).get("origin", FIRST)
        granted = await self.adapter.grant(email, site.origins[origin].url, ["issue"])
        state.learn_tokens(granted, absolute(granted.get("api_root")))
        return Done(saved={**granted, "callback": site.callback(origin)})

    async def revoke(self, state: State, arguments: Mapping[str, Any]) -> Done:
        """The adapter revokes."""
        origin = state.session.site.origins[arguments.get("origin", FIRST)].url
        await self.adapter.revoke(state.earner(arguments["earner"]).email, origin)
        return Done()

    async def try_out(self, session: Session, _wire: Wire, earner: EarnerAccount) -> Granted:
        """Let the adapter grant."""
        granted = await self.adapter.grant(earner.email, session.site.origins[FIRST].url, ["issue"])
        tried = f"grant() of the adapter {self.adapter.channel.name}"
        return Granted(Probe("adapter grant", tried, f"it returned {', '.join(granted)}"), granted)


def _is_plain(arguments: Mapping[str, Any]) -> bool:
    """Whether a step says of a grant no more than whose it is, and which origin's."""
    members = {*arguments, *arguments.get("callback", ())} - {"callback"}
    return members <= {"earner", "origin"}
