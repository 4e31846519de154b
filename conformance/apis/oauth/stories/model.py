"""The model of a story of an API with OAuth, and the strategy that draws such stories."""

from functools import partial

from attrs import frozen
from hypothesis import strategies as st

from conformance.apis.oauth.stories import arriving, ending, plots, pushing, refreshing, waiting
from conformance.apis.oauth.stories.facts import StoryFacts
from conformance.apis.oauth.stories.world import Act, Events, World
from conformance.apis.stories.drawing import story_of
from conformance.apis.stories.script import Written
from conformance.scenario.strategy import Strategy

OFTEN = (
    *("refresh", "push", "again", "read", "read", "ended", "ended"),
    *("end refresh", "end access", "foreign end"),
)
"""Events that happen more often than the others."""
CHANGES = ("connect", "exchange", "register", "refresh", "revoke", "end refresh", "end access")
"""Events after which a story may check that all other grants still work."""
NEEDS = ("revoke", "second-earner", "offline", "profile", "read", "write")
OF_CLIENTS = "token-revocation"
"""What a target must have whose clients end tokens."""


@frozen
class Model:
    """What must be true of a target after each event."""

    world: World
    clock: bool = False
    """Whether time passes."""
    revocation: bool = False
    """Whether clients end tokens."""

    @property
    def steps(self) -> list[Written]:
        """The steps so far."""
        return self.world.script.steps

    def looks(self) -> list[Act]:
        """The access tokens that must work, each as an event in which it is used."""
        return [partial(self.world.look, permission) for permission in self.world.working]

    def possible(self) -> Events:
        """The events that can happen next, by kind."""
        world = self.world
        parts: list[Events] = [
            arriving.events(world),
            refreshing.events(world),
            pushing.events(world),
            ending.events(world),
            plots.events(world),
        ]
        if self.revocation:
            parts += [ending.events_of_clients(world), plots.events_of_clients(world)]
        if self.clock:
            parts.append(waiting.events(world))
        return {kind: acts for part in parts for kind, acts in part.items() if acts}


def stories(facts: StoryFacts) -> Strategy:
    """The strategy of an API's stories.

    With the parameter ``clock`` time passes in them; with ``revocation`` clients end tokens.
    """

    def draw(*, clock: bool = False, revocation: bool = False) -> st.SearchStrategy[list[Written]]:
        return story_of(lambda: Model(World(facts), clock, revocation), OFTEN, CHANGES)

    def needs(*, clock: bool = False, revocation: bool = False) -> tuple[str, ...]:
        more = [*(["clock"] if clock else []), *([OF_CLIENTS] if revocation else [])]
        return (*NEEDS, *more)

    def judges(*, clock: bool = False, revocation: bool = False) -> tuple[str, ...]:
        return facts.requirements.judged(clock=clock, revocation=revocation)

    return Strategy(draw, needs, judges, draws_steps=True)
