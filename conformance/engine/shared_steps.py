"""The first steps that the rows and examples of a scenario share, so that they are done once.

Most rows begin with the same consent and the same valid push, and then differ in one request that
changes nothing. They continue from the state of an earlier row, unless something unusual happens.
"""

import time

from attrs import define

from conformance.engine.state import State
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Block, Scenario, Step
from conformance.scenario.references import references


@define
class SharedSteps:
    """The state after the shared steps of the last scenario, whose rows run one after the other."""

    _steps: tuple[Step, ...] = ()
    _state: State | None = None
    _until: float = 0.0
    """When, by ``time.monotonic``, half of the tokens' lifetime is over."""

    def keep(self, scenario: Scenario, state: State) -> None:
        """Let other rows continue from here, unless an answer is missing: it is reported once."""
        if any(exchange.answer is None for exchange in state.wire.exchanges):
            return
        now = time.monotonic()
        self._steps, self._state = scenario.steps, state.copied({})
        self._until = min(((now + end) / 2 for end in state.ends.values()), default=now)

    def forget(self) -> None:
        """Let the next row start from its first step."""
        self._state = None

    def of(self, scenario: Scenario) -> State | None:
        """The state that another row of the same scenario kept, if its tokens are still fresh."""
        is_fresh = time.monotonic() < self._until
        return self._state if is_fresh and self._steps is scenario.steps else None


def shared_length(scenario: Scenario, language: Language) -> int:
    """The number of first steps that the rows and examples of a scenario share."""
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
    """Whether a step, and each step of its block, judges nothing and can be shared."""
    if step.verb == PLAY or step.expect or not language.verbs[step.verb].shareable:
        return False
    return all(_may_begin(inner, language) for inner in _of_block(step))


def _spares_grants(step: Step, language: Language) -> bool:
    """Whether a step, and each step of its block, leaves every grant as it was."""
    if step.verb == PLAY or not language.verbs[step.verb].spares_grants(step.arguments):
        return False
    return all(_spares_grants(inner, language) for inner in _of_block(step))


def _of_block(step: Step) -> tuple[Step, ...]:
    block = step.arguments.get("block")
    return block.steps if isinstance(block, Block) else ()
