"""The first steps that scenarios, their rows and their examples share, so that they are done once.

Most begin with the same consent and the same valid push, and then differ in one request that
changes no grant. They continue from the state of an earlier one, unless something unusual happens.
"""

import time
from collections.abc import Sequence
from itertools import takewhile

from attrs import define, field, frozen

from conformance.engine.state import State
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Block, Scenario, Step
from conformance.scenario.references import references


@frozen
class KeptState:
    """A state, and when (``time.monotonic``) half of the lifetime of its tokens is over."""

    state: State
    until: float


@define
class SharedSteps:
    """The states along the first steps of one walk, by the keys of the steps that led there.

    There is one walk at a time: at a Backpack with a single earner, another one, or a scenario
    that changes a grant, may have ended the grants of those before.
    """

    _kept: dict[tuple[str, ...], KeptState] = field(factory=dict)

    def keep(self, steps: Sequence[str], state: State) -> None:
        """Let others continue from here, unless an answer is missing: it is reported once."""
        if any(exchange.answer is None for exchange in state.wire.exchanges):
            return
        now = time.monotonic()
        until = min(((now + end) / 2 for end in state.ends.values()), default=now)
        self._kept[tuple(steps)] = KeptState(state.copied({}), until)

    def forget(self) -> None:
        """Let the next scenario start from its first step."""
        self._kept.clear()

    def furthest(self, steps: Sequence[str]) -> tuple[int, State] | None:
        """The state after as many of these steps as possible, whose tokens are still fresh."""
        for count in range(len(steps), 0, -1):
            kept = self._kept.get(tuple(steps[:count]))
            if kept is not None and time.monotonic() < kept.until:
                return count, kept.state
        return None


def shared_keys(scenario: Scenario, language: Language) -> tuple[str, ...]:
    """What tells the first steps of a scenario that others may share from other steps.

    Equal keys mean equal steps. There are none when a later step may change a grant.
    """
    own = {"each", *scenario.for_all}
    first = tuple(takewhile(lambda step: _may_begin(step, own, language), scenario.steps))
    if not all(_spares_grants(step, language) for step in scenario.steps[len(first) :]):
        return ()
    return tuple(repr((step.verb, step.arguments, step.save, step.must)) for step in first)


def _may_begin(step: Step, own: set[str], language: Language) -> bool:
    """Whether a step, and each of its block, judges nothing and is the same for all rows."""
    if step.verb == PLAY or step.expect or step.given is not None:
        return False
    names = {name.split(".")[0] for name in references(step.arguments)}
    is_same = language.verbs[step.verb].shareable and not own & names
    return is_same and all(_may_begin(inner, own, language) for inner in _of_block(step))


def _spares_grants(step: Step, language: Language) -> bool:
    """Whether a step, and each step of its block, leaves every grant as it was."""
    if step.verb == PLAY or not language.verbs[step.verb].spares_grants(step.arguments):
        return False
    return all(_spares_grants(inner, language) for inner in _of_block(step))


def _of_block(step: Step) -> tuple[Step, ...]:
    block = step.arguments.get("block")
    return block.steps if isinstance(block, Block) else ()
