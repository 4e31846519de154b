"""How the issuers of one API are judged, as a value: its situations, its evidence, its judges."""

from collections.abc import Callable, Iterable
from typing import Any

from attrs import frozen

from mock_backpack.issuer.finding import Criteria, Habit
from mock_backpack.issuer.observation import Observation, Watcher
from mock_backpack.issuer.opinion import OpinionOf
from mock_backpack.issuer.situation import Situation


@frozen(eq=False)
class IssuerApi:
    """All that judging the issuers of one API takes."""

    name: str
    """As commands know it: the name of the API, or of one of several ways that it has."""
    api: str
    """The API that it belongs to."""
    prefix: str
    """What the ids of its situations begin with; ``""`` for one alone."""
    package: str
    """Where its ``situations.toml`` is."""
    criteria: Criteria
    evidence: Callable[[Observation], Any]
    """Reads what was observed; the result is what its judges get, and an `Evidence`."""
    habits: Callable[[Any], Iterable[Habit]]
    """What was seen in the evidence that is no fault, and that others may refuse."""
    watcher: Callable[[Situation], Watcher]
    """Who looks on in a situation."""
    opinion: OpinionOf
