"""The first steps of a scenario, which its rows and examples have in common: they are done once.

Most rows begin with the same consent and the same good push, and then differ in one request that
changes nothing. They go on from where an earlier row has been, as long as nothing unusual happens.
"""

import time
from collections.abc import Iterable

from attrs import define

from conformance.engine.state import State
from conformance.scenario.model import Block, Scenario, Step
from conformance.scenario.references import references

BEGIN = frozenset(("connect", "use", "host", "issue", "identity"))
"""Verbs that rows may have in common."""
REPEAT = frozenset(("use", "host", "issue", "identity", "request", "derive", "visits"))
"""Verbs that leave a grant as it was."""
REPEATED_PATHS = ("issue", "identity")
"""Endpoints to which a request may go that leaves a grant as it was."""


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


def shared_length(scenario: Scenario) -> int:
    """The number of first steps that the rows and examples of a scenario have in common."""
    if not scenario.rows and not scenario.for_all:
        return 0
    own = {"each", *scenario.for_all}
    count = 0
    for step in scenario.steps:
        names = {name.split(".")[0] for name in references(step.arguments)}
        if step.given is not None or own & names or not _is_made_of(BEGIN, [step]):
            break
        count += 1
    return count if _is_made_of(REPEAT, scenario.steps[count:], judging=True) else 0


def _is_made_of(verbs: frozenset[str], steps: Iterable[Step], *, judging: bool = False) -> bool:
    """Whether steps, those of blocks among them, have these verbs only."""
    for step in steps:
        if step.verb not in verbs or (step.expect and not judging):
            return False
        if step.verb == "request" and step.arguments.get("path") not in REPEATED_PATHS:
            return False
        block = step.arguments.get("block")
        if isinstance(block, Block) and not _is_made_of(verbs, block.steps, judging=judging):
            return False
    return True
