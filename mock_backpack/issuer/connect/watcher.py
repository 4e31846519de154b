"""Looks on while pushed badges are judged, and inspects all of their documents."""

from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from mock_backpack.issuer.connect.inspection import InspectingJudge
from mock_backpack.issuer.connect.visits import NEXT_SECOND
from mock_backpack.issuer.looks import Inspections
from mock_backpack.issuer.situation import Situation
from mock_backpack.openbadges import award


@frozen
class InspectionWatcher:
    """Keeps the inspections of all badges that were pushed."""

    pause: float
    """Seconds until a fresh assertion is fetched again, where that is put to the test."""
    inspections: Inspections = field(factory=Inspections)

    def begin(self) -> None:
        """Nothing has been looked at."""
        self.inspections.clear()

    def judging(self, judge: Any) -> Any:
        """A judge that looks at all documents of a push before it judges."""
        if isinstance(judge, award.Judge):
            return InspectingJudge(judge, self.inspections, self.pause)
        return judge


def inspecting(hosting: str) -> Callable[[Situation], InspectionWatcher]:
    """Who looks on in a situation; ``hosting`` is the requirement about hosted assertions."""

    def watcher_in(situation: Situation) -> InspectionWatcher:
        return InspectionWatcher(NEXT_SECOND if hosting in situation.tests else 0)

    return watcher_in
