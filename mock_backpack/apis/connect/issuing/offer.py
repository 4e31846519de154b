"""An offer: the badges of one call of ``OpenBadges.issue``, and what becomes of each."""

from collections import OrderedDict
from enum import StrEnum
from typing import Any, TypeAlias

from attrs import define, field

from mock_backpack.core.randomness import Randomness
from mock_backpack.openbadges.award import Award

ID_BYTES = 24
MOST_OFFERS = 1_000
MOST_BADGES = 100


class Reason(StrEnum):
    """Why a badge was not added."""

    DENIED = "DENIED"
    """The earner refused it."""
    EXISTS = "EXISTS"
    """It is in the Backpack already."""
    INACCESSIBLE = "INACCESSIBLE"
    """Its URL could not be fetched."""
    MALFORMED = "MALFORMED"
    """What came from its URL is not an assertion."""
    INVALID = "INVALID"
    """It is an assertion, but not a valid one for this earner."""


class Added:
    """The outcome of a badge that the earner accepted."""


Judgement: TypeAlias = Award | Reason
"""A badge that can be accepted, or why it cannot."""
Outcome: TypeAlias = type[Added] | Reason


@define(eq=False)
class Offer:
    """The badges of one call; nothing of it outlives the process."""

    id: str
    """Nobody can guess it."""
    origin: str
    """The origin that called, as its page says: the only one that receives the outcome."""
    seen_origin: str
    """The same as the browser says, ``""`` when it keeps it to itself."""
    is_framed: bool
    """Whether the dialog was asked for in a frame of the page."""
    assertions: tuple[str, ...]
    """URLs or JWS, each once."""
    earner: str | None = None
    """Who opened it first, and nobody else."""
    judgements: dict[str, Judgement] = field(factory=dict)
    """What is shown is what is added: each assertion is fetched and judged once."""
    outcomes: dict[str, Outcome] = field(factory=dict)

    def undecided(self) -> list[tuple[int, str, Award]]:
        """The badges about which the earner has not decided: number, assertion, award."""
        return [
            (number, pushed, award)
            for number, pushed in enumerate(self.assertions)
            if pushed not in self.outcomes and isinstance(award := self.judgements[pushed], Award)
        ]

    def settle(self, pushed: str, outcome: Outcome) -> None:
        """Decide about a badge, for good."""
        self.outcomes.setdefault(pushed, outcome)

    def names(self) -> dict[str, str]:
        """The names of the badges that could be accepted, by assertion."""
        awards = self.judgements.items()
        return {
            pushed: award.badge_class["name"]
            for pushed, award in awards
            if isinstance(award, Award)
        }

    def to_wire(self) -> dict[str, Any]:
        """The arguments of the callback; ``url`` is what an older revision called an assertion."""
        outcomes = self.outcomes.items()
        return {
            "errors": [
                {"assertion": pushed, "url": pushed, "reason": outcome}
                for pushed, outcome in outcomes
                if isinstance(outcome, Reason)
            ],
            "successes": [pushed for pushed, outcome in outcomes if outcome is Added],
        }


class Offers:
    """The offers of one Backpack; when there are too many, the oldest goes."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._offers: OrderedDict[str, Offer] = OrderedDict()

    def make(
        self, origin: str, seen_origin: str, assertions: tuple[str, ...], *, is_framed: bool
    ) -> Offer:
        """A new offer."""
        identifier = self._randomness.hex(ID_BYTES)
        offer = Offer(identifier, origin, seen_origin, is_framed, assertions)
        self._offers[identifier] = offer
        if len(self._offers) > MOST_OFFERS:
            self._offers.popitem(last=False)
        return offer

    def find(self, identifier: str) -> Offer | None:
        """The offer with this id."""
        return self._offers.get(identifier)
