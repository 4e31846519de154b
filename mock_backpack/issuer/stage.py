"""What a situation makes of a sandbox: where its API is, what is armed, what is looked at."""

from attrs import field, frozen

from mock_backpack.core.arming import Order, read_order
from mock_backpack.issuer.looks import Inspections
from mock_backpack.issuer.situations import Situation
from mock_backpack.issuer.visits import NEXT_SECOND

FOREIGN = "/elsewhere"
"""Below this path of the root is what stands for somebody else's server."""


@frozen
class Stage:
    """A situation at the addresses of a running mock."""

    situation: Situation
    elsewhere: str
    """``http://host:port`` of the mock's other socket, without a slash."""
    inspections: Inspections = field(factory=Inspections)

    @property
    def pause(self) -> float:
        """Seconds until a fresh assertion is fetched again, where that is put to the test."""
        return NEXT_SECOND if "BC-CLIENT-09" in self.situation.tests else 0

    def foreign(self, prefix: str) -> str:
        """An address that no issuer has a reason to trust; ``prefix`` is the sandbox's."""
        return f"{self.elsewhere}{FOREIGN}{prefix}/api"

    def api_root(self, usual: str, prefix: str) -> str:
        """The ``api_root`` that the callback is told."""
        match self.situation.api_root:
            case "elsewhere":
                return f"{self.elsewhere}{prefix}/api"
            case "planted":
                return self.foreign(prefix)
            case _:
                return usual

    def orders(self, prefix: str) -> list[Order]:
        """What is armed."""
        foreign = self.foreign(prefix)
        return [read_order(one.format(elsewhere=foreign)) for one in self.situation.rules]
