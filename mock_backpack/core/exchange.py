"""One request to a sandbox, and what becomes of it while it is answered."""

from typing import TYPE_CHECKING, Any

from aiohttp import web
from attrs import define, field

from mock_backpack.core.backpack import Grant

if TYPE_CHECKING:
    from mock_backpack.core.arming import Rule
    from mock_backpack.core.sandbox import Sandbox


@define(eq=False)
class Exchange:
    """What is known of a request beside its bytes."""

    sandbox: "Sandbox"
    request: web.Request
    endpoint: str
    """``issue``, ``token``, … as the catalogue names them; ``""`` for an unknown path."""
    body: bytes = b""
    grant: Grant | None = None
    """The grant under which the request was made, once that is known."""
    earner: str | None = None
    """The earner who is logged in, when a browser sent it."""
    origin: str | None = None
    broke: list[str] = field(factory=list)
    """Requirements of the role issuer that the request broke."""
    applied: "list[Rule]" = field(factory=list)
    entry: Any = None
    """The line of the journal, while it is written."""

    def made_under(self, grant: Grant) -> None:
        """Remember the grant under which the request was made."""
        self.grant, self.earner, self.origin = grant, grant.earner, grant.origin


EXCHANGE = web.RequestKey("exchange", Exchange)


def exchange_of(request: web.Request) -> Exchange:
    """The exchange that a request belongs to."""
    return request[EXCHANGE]
