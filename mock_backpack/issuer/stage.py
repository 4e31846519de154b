"""A situation applied to a sandbox: address of the API, armed rules, inspections."""

from functools import cached_property
from typing import Any

from attrs import frozen

from mock_backpack.core.consent import Choice
from mock_backpack.core.foreign import FOREIGN
from mock_backpack.core.observer import SituationPlace
from mock_backpack.core.settings import Shape
from mock_backpack.issuer.all import issuer_api
from mock_backpack.issuer.api import IssuerApi
from mock_backpack.issuer.observation import Watcher
from mock_backpack.issuer.situation import EARNER, Situation
from mock_backpack.issuer.situations import situation


@frozen(slots=False)
class Stage:
    """A situation at the addresses of a running mock; the observer of the sandbox that is in it."""

    situation: Situation
    elsewhere: str
    """``http://host:port`` of the mock's other socket, without a slash."""

    @property
    def name(self) -> str:
        """The situation."""
        return self.situation.id

    @property
    def choice(self) -> Choice:
        """The automatic answer of the access page, and its earner."""
        return Choice(self.situation.consent, self.situation.earner)

    @cached_property
    def api(self) -> IssuerApi:
        """How issuers are judged in the situation."""
        return issuer_api(self.situation.judges)

    @cached_property
    def watcher(self) -> Watcher:
        """Who looks on."""
        return self.api.watcher(self.situation)

    def begin(self) -> None:
        """Nothing has been looked at."""
        self.watcher.begin()

    def shape(self, usual: Shape) -> Shape:
        """The settings of a sandbox in this situation."""
        return self.situation.shape(usual)

    def rules(self, prefix: str) -> list[str]:
        """The armed rules."""
        foreign = self.foreign(prefix)
        return [rule.format(elsewhere=foreign) for rule in self.situation.rules]

    def judging(self, judge: Any) -> Any:
        """A judge that judges in the same way, and is looked on."""
        return self.watcher.judging(judge)

    def other(self, prefix: str) -> str:
        """The sandbox on the mock's other socket; ``prefix`` is the sandbox's."""
        return f"{self.elsewhere}{prefix}"

    def foreign(self, prefix: str) -> str:
        """An address that no issuer has a reason to trust; ``prefix`` is the sandbox's."""
        return f"{self.elsewhere}{FOREIGN}{prefix}/api"

    def api_root(self, usual: str, prefix: str) -> str:
        """The ``api_root`` that the callback receives."""
        match self.situation.api_root:
            case "elsewhere":
                return f"{self.other(prefix)}/api"
            case "planted":
                return self.foreign(prefix)
            case _:
                return usual

    def tells(self, url: str, prefix: str) -> dict[str, str]:
        """The values that an issuer needs for the sandbox at ``url``, by the names of variables."""
        values = {"url": url, "other": self.other(prefix)}
        special = {name: text.format(**values) for name, text in self.situation.tells.items()}
        return {
            **special,
            "BACKPACK_EARNER": EARNER,
            "BACKPACK_AWARDS": str(self.situation.awards),
        }

    def place(self, prefix: str) -> SituationPlace:
        """Its values in a snapshot."""
        return SituationPlace(self.name, self.elsewhere, self.foreign(prefix))


def stage(name: str, elsewhere: str) -> Stage:
    """A situation by its name, with the mock's other socket at ``elsewhere``.

    Raises:
        UnknownSituation: when there is no such situation.
    """
    return Stage(situation(name), elsewhere)
