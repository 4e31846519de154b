"""Rules: armed faults and defects, and how often each has acted."""

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import define, field

from mock_backpack.core.changes import Changes
from mock_backpack.core.errors import Full
from mock_backpack.core.orders import Matchable, Order
from mock_backpack.core.randomness import Randomness

BY_HEADER = "header"
"""In place of an id: a rule that a request brought along for itself."""


@define(eq=False)
class Rule:
    """An armed order, and how often it has acted."""

    id: str
    order: Order
    armed_at: float
    matched: int = 0
    fired: int = 0
    memory: dict[str, Any] = field(factory=dict)
    """The state of a fault between requests, as JSON values."""

    @property
    def name(self) -> str:
        """The name of the fault or defect."""
        return self.order.entry.name

    def acts(self, request: Matchable, now: float, randomness: Randomness) -> bool:
        """Whether the rule acts on a request; counts it."""
        if not self.order.match.fits(request):
            return False
        self.matched += 1
        when, age = self.order.when, now - self.armed_at
        if self.matched <= when.skip or (when.count is not None and self.fired >= when.count):
            return False
        if age < when.after or (when.lasts is not None and age >= when.after + when.lasts):
            return False
        chance = when.probability
        if chance is not None and randomness.draw(self.id, self.matched) >= chance:
            return False
        self.fired += 1
        return True

    def to_wire(self) -> dict[str, Any]:
        """The rule and its counters as a JSON object."""
        state = f"fired {self.fired} of {self.matched} matching requests"
        return {
            "id": self.id,
            **self.order.source,
            "armed_at": self.armed_at,
            "matched": self.matched,
            "fired": self.fired,
            "state": state if self.fired else "armed, never fired",
        }


class Rules:
    """The armed rules of one sandbox, in the order of arming."""

    def __init__(self, randomness: Randomness, most: int, changes: Changes | None = None) -> None:
        self._randomness = randomness
        self._most = most
        self._changes = changes or Changes()
        self.armed: dict[str, Rule] = {}
        """By their ids."""
        self.last = 0
        """Number of the rule that was armed last; its id is ``r`` and this number."""

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.armed.values())

    def __len__(self) -> int:
        return len(self.armed)

    def __contains__(self, identifier: str) -> bool:
        return identifier in self.armed

    def arm(self, order: Order, now: float) -> Rule:
        """Arm a rule from ``now`` on, in unix seconds of the sandbox's clock.

        Raises:
            Full: when there are too many.
        """
        if len(self.armed) >= self._most:
            raise Full("rules", self._most)
        self.last += 1
        rule = Rule(f"r{self.last}", order, now)
        self.armed[rule.id] = rule
        self._changes.note()
        return rule

    def check_room(self, more: int) -> None:
        """See whether so many further rules can be armed.

        Raises:
            Full: when they cannot.
        """
        if len(self.armed) + more > self._most:
            raise Full("rules", self._most)

    def disarm(self, identifier: str) -> Rule:
        """Take a rule away.

        Raises:
            KeyError: when there is none with this id.
        """
        rule = self.armed.pop(identifier)
        self._changes.note()
        return rule

    def clear(self) -> list[Rule]:
        """Remove all rules; returns them."""
        removed, self.armed = list(self), {}
        self._changes.note()
        return removed

    def take_up(self, rules: Iterable[Rule], last: int) -> None:
        """Have these armed and no others; ``last`` is the number of the newest that ever was."""
        self.armed, self.last = {rule.id: rule for rule in rules}, last
        self._changes.note()

    def acting(self, request: Matchable, now: float) -> list[Rule]:
        """The rules that act on this request; counts them."""
        self._changes.note()
        return [rule for rule in self if rule.acts(request, now, self._randomness)]
