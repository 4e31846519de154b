"""The OAuth clients of one Backpack, and the codes that they can exchange (RFC 6749, RFC 7591)."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from mock_backpack.core.changes import Changes
from mock_backpack.core.clock import Clock
from mock_backpack.core.errors import Full
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import seam

MOST_CLIENTS = 10_000
MOST_CODES = 10_000
ID_BYTES = 12
SECRET_BYTES = 32
"""Of client secrets and codes, written in hex: no client fails by chance, because it forgot to
encode a character that only some secrets have."""
CODE_SECONDS = 300
"""Seconds; at most ten minutes (RFC 6749 section 4.1.2)."""


@frozen
class Client:
    """A registered client."""

    id: str
    secret: str
    metadata: Mapping[str, Any]
    """As it was registered, defaults filled in (RFC 7591 section 2)."""
    issued_at: int
    """Unix seconds."""
    secret_expires_at: int = 0
    """Unix seconds; 0 for never."""

    @property
    def name(self) -> str:
        """The name that earners see."""
        return str(self.metadata["client_name"])

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        """Where it may be called back."""
        return tuple(self.metadata["redirect_uris"])

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it may ask for."""
        return tuple(str(self.metadata["scope"]).split())


@frozen
class Code:
    """An authorization code, used or not."""

    text: str
    client: str
    earner: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    """The S256 code challenge (RFC 7636)."""
    made_at: float
    """Unix seconds."""
    grant: int | None = None
    """Number of the grant that it was exchanged for."""


@frozen
class Registry:
    """The whole state of `Clients` at one time."""

    clients: tuple[Client, ...] = ()
    codes: tuple[Code, ...] = ()


@seam
def new_secret(randomness: Randomness) -> str:
    """A client secret that nobody can guess (RFC 6749 section 10.10)."""
    return randomness.hex(SECRET_BYTES)


@seam
def marked_used(code: Code, grant: int) -> Code:
    """A code after its exchange."""
    return evolve(code, grant=grant)


class Clients:
    """All clients of a Backpack; of too many codes the oldest go."""

    def __init__(
        self,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
        changes: Changes | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self._randomness = randomness or Randomness()
        self._changes = changes or Changes()
        self._clients: dict[str, Client] = {}
        self._codes: OrderedDict[str, Code] = OrderedDict()

    def __len__(self) -> int:
        return len(self._clients)

    def register(self, metadata: Mapping[str, Any]) -> Client:
        """A new client.

        Raises:
            Full: when there are too many.
        """
        if len(self._clients) >= MOST_CLIENTS:
            raise Full("clients", MOST_CLIENTS)
        id_ = self._randomness.hex(ID_BYTES)
        secret = new_secret(self._randomness)
        client = Client(id_, secret, metadata, int(self.clock.now()))
        self._clients[id_] = client
        self._changes.note()
        return client

    def find(self, id_: str) -> Client | None:
        """The client with this id, if there is one."""
        return self._clients.get(id_)

    def expire(self, client: Client) -> None:
        """Let the secret of a client expire now."""
        self._clients[client.id] = evolve(client, secret_expires_at=int(self.clock.now()))
        self._changes.note()

    def has_expired(self, client: Client) -> bool:
        """Whether the secret of a client has expired."""
        return 0 < client.secret_expires_at <= self.clock.now()

    def code(
        self,
        client: Client,
        earner: str,
        redirect_uri: str,
        scopes: tuple[str, ...],
        challenge: str,
    ) -> Code:
        """A fresh code for a client that an earner has granted access."""
        text = self._randomness.hex(SECRET_BYTES)
        now = self.clock.now()
        code = Code(text, client.id, earner, redirect_uri, scopes, challenge, now)
        self._keep(code)
        return code

    def find_code(self, text: str) -> Code | None:
        """A code, used or expired ones included."""
        return self._codes.get(text)

    def is_over(self, code: Code) -> bool:
        """Whether a code is too old to be exchanged."""
        return self.clock.now() >= code.made_at + CODE_SECONDS

    def use(self, code: Code, grant: int) -> None:
        """A code was exchanged for a grant; it works no second time."""
        self._keep(marked_used(code, grant))

    def _keep(self, code: Code) -> None:
        self._codes[code.text] = code
        self._changes.note()
        if len(self._codes) > MOST_CODES:
            self._codes.popitem(last=False)

    def secrets(self) -> Iterator[tuple[str, str]]:
        """All secrets and codes, each with its kind."""
        yield from ((client.secret, "client_secret") for client in self._clients.values())
        yield from ((code, "code") for code in self._codes)

    def registry(self) -> Registry:
        """Everything that is known now."""
        return Registry(tuple(self._clients.values()), tuple(self._codes.values()))

    def take_up(self, clients: Iterable[Client], codes: Iterable[Code]) -> None:
        """Know these and no others."""
        self._clients = {client.id: client for client in clients}
        self._codes = OrderedDict((code.text, code) for code in codes)
        self._changes.note()
