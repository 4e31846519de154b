"""A situation applied to a sandbox: address of the API, armed rules, inspections."""

from attrs import field, frozen

from mock_backpack.core.consent import Choice
from mock_backpack.core.observer import Judging, SituationPlace
from mock_backpack.core.settings import Shape
from mock_backpack.issuer.inspection import InspectingJudge
from mock_backpack.issuer.looks import Inspections
from mock_backpack.issuer.situations import Situation, situation
from mock_backpack.issuer.visits import NEXT_SECOND
from mock_backpack.openbadges import award

FOREIGN = "/elsewhere"
"""The path of the root that simulates a foreign server."""


@frozen
class Stage:
    """A situation at the addresses of a running mock; the observer of the sandbox that is in it."""

    situation: Situation
    elsewhere: str
    """``http://host:port`` of the mock's other socket, without a slash."""
    inspections: Inspections = field(factory=Inspections)

    @property
    def name(self) -> str:
        """The situation."""
        return self.situation.id

    @property
    def choice(self) -> Choice:
        """The automatic answer of the access page, and its earner."""
        return Choice(self.situation.consent, self.situation.earner)

    @property
    def pause(self) -> float:
        """Seconds until a fresh assertion is fetched again, where that is put to the test."""
        return NEXT_SECOND if "BC-CLIENT-09" in self.situation.tests else 0

    def begin(self) -> None:
        """Nothing has been looked at."""
        self.inspections.clear()

    def shape(self, usual: Shape) -> Shape:
        """The settings of a sandbox in this situation."""
        return self.situation.shape(usual)

    def rules(self, prefix: str) -> list[str]:
        """The armed rules."""
        foreign = self.foreign(prefix)
        return [rule.format(elsewhere=foreign) for rule in self.situation.rules]

    def judging(self, judge: Judging) -> Judging:
        """A judge that looks at all documents of a push before it judges."""
        if isinstance(judge, award.Judge):
            return InspectingJudge(judge, self.inspections, self.pause)
        return judge

    def foreign(self, prefix: str) -> str:
        """An address that no issuer has a reason to trust; ``prefix`` is the sandbox's."""
        return f"{self.elsewhere}{FOREIGN}{prefix}/api"

    def api_root(self, usual: str, prefix: str) -> str:
        """The ``api_root`` that the callback receives."""
        match self.situation.api_root:
            case "elsewhere":
                return f"{self.elsewhere}{prefix}/api"
            case "planted":
                return self.foreign(prefix)
            case _:
                return usual

    def place(self, prefix: str) -> SituationPlace:
        """Its values in a snapshot."""
        return SituationPlace(self.name, self.elsewhere, self.foreign(prefix))


def stage(name: str, elsewhere: str) -> Stage:
    """A situation by its name, with the mock's other socket at ``elsewhere``.

    Raises:
        UnknownSituation: when there is no such situation.
    """
    return Stage(situation(name), elsewhere)
