"""The first steps of a scenario, which its rows and examples have in common: they are done once.

Most rows begin with the same consent and the same good push, and then differ in one request that
changes nothing. They go on from where an earlier row has been, as long as nothing unusual happens.
"""

import time

from attrs import define

from conformance.engine.state import State
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Block, Scenario, Step
from conformance.scenario.references import references


@define
class Beginnings:
    """What the first steps of the last scenario came to: its rows stand side by side."""

    _steps: tuple[Step, ...] = ()
    _state: State | None = None
    _until: float = 0.0
    """The moment, of ``time.monotonic``, at which the tokens have had half their life."""

    def keep(self, scenario: Scenario, state: State) -> None:
        """Let other rows go on from here, unless an answer is missing: that is told once."""
        if any(exchange.answer is None for exchange in state.wire.exchanges):
            return
        now = time.monotonic()
        self._steps, self._state = scenario.steps, state.copied({})
        self._until = min(((now + end) / 2 for end in state.ends.values()), default=now)

    def forget(self) -> None:
        """Let the next row begin anew."""
        self._state = None

    def of(self, scenario: Scenario) -> State | None:
        """Where another row of the same scenario has been, if its tokens are still young."""
        is_young = time.monotonic() < self._until
        return self._state if is_young and self._steps is scenario.steps else None


def shared_length(scenario: Scenario, language: Language) -> int:
    """The number of first steps that the rows and examples of a scenario have in common."""
    if not scenario.rows and not scenario.for_all:
        return 0
    own = {"each", *scenario.for_all}
    count = 0
    for step in scenario.steps:
        names = {name.split(".")[0] for name in references(step.arguments)}
        if step.given is not None or own & names or not _may_begin(step, language):
            break
        count += 1
    rest = scenario.steps[count:]
    return count if all(_spares_grants(step, language) for step in rest) else 0


def _may_begin(step: Step, language: Language) -> bool:
    """Whether a step, and each of the block that it uses, judges nothing and can be shared."""
    if step.verb == PLAY or step.expect or not language.verbs[step.verb].shareable:
        return False
    return all(_may_begin(inner, language) for inner in _of_block(step))


def _spares_grants(step: Step, language: Language) -> bool:
    """Whether a step, and each of the block that it uses, leaves every grant as it was."""
    if step.verb == PLAY or not language.verbs[step.verb].spares_grants(step.arguments):
        return False
    return all(_spares_grants(inner, language) for inner in _of_block(step))


def _of_block(step: Step) -> tuple[Step, ...]:
    block = step.arguments.get("block")
    return block.steps if isinstance(block, Block) else ()
