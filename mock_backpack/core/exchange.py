"""One request to a sandbox, and what becomes of it while it is answered."""

from collections.abc import Callable

from aiohttp import web
from attrs import define, field

from mock_backpack.core.backpack import Grant
from mock_backpack.core.entry import Entry
from mock_backpack.core.errors import ApiError
from mock_backpack.core.rules import Rule
from mock_backpack.core.sandbox import Sandbox


@define(eq=False)
class Exchange:
    """A request and its context: sandbox, endpoint, grant, applied rules."""

    sandbox: Sandbox
    request: web.Request
    endpoint: str
    """``issue``, ``token``, … as rules name them; ``""`` for an unknown path."""
    entry: Entry
    """The line of the journal, while it is written."""
    body: bytes = b""
    grant: Grant | None = None
    """The grant under which the request was made, once that is known."""
    earner: str | None = None
    """The earner who is logged in, when a browser sent it."""
    origin: str | None = None
    broke: list[str] = field(factory=list)
    """Requirements of the role issuer that the request broke."""
    dress: Callable[[ApiError], ApiError] | None = None
    """Makes a refusal one in the form of the API, which the core does not know."""
    applied: list[Rule] = field(factory=list)

    @classmethod
    def begin(
        cls, sandbox: Sandbox, request: web.Request, endpoint: str, body: bytes = b""
    ) -> "Exchange":
        """A request that has arrived, written into the sandbox's journal."""
        entry = sandbox.journal.received(request, endpoint, body, sandbox.clock.now())
        return cls(sandbox, request, endpoint, entry, body)

    @property
    def method(self) -> str:
        """``GET``, ``POST``, …"""
        return self.request.method

    def made_under(self, grant: Grant) -> None:
        """Note the grant that the request used."""
        self.grant, self.earner, self.origin = grant, grant.earner, grant.origin

    def end(self, status: int | None = None, answer: bytes = b"") -> None:
        """Write down what was answered; without a status nothing was."""
        entry = self.entry
        entry.status = status
        entry.earner, entry.origin = self.earner, self.origin
        if self.applied:
            entry.applied = tuple((rule.id, rule.name) for rule in self.applied)
        if self.broke:
            entry.broke = tuple(self.broke)
        self.sandbox.journal.done(entry, answer)


EXCHANGE = web.RequestKey("exchange", Exchange)


def exchange_of(request: web.Request) -> Exchange:
    """The exchange that a request belongs to."""
    return request[EXCHANGE]
