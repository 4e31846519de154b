"""An isolated Backpack under a path of its own, and all of them in one process."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from aiohttp import web
from attrs import define, field, frozen

from mock_backpack.core.addresses import Addresses
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.changes import Changes
from mock_backpack.core.clients import Clients
from mock_backpack.core.clock import Clock
from mock_backpack.core.consent import Consent
from mock_backpack.core.errors import Full
from mock_backpack.core.journal import Journal
from mock_backpack.core.misbehaviours import Misbehaviours
from mock_backpack.core.observer import Judging, Observer
from mock_backpack.core.orders import Order, read_order
from mock_backpack.core.quoting import quoted
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.rules import Rules
from mock_backpack.core.sessions import Sessions
from mock_backpack.core.settings import Bounds, Settings, Shape
from mock_backpack.core.spelling import Spelling
from mock_backpack.core.unread import Unread

PATH = "/s/"
NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?", re.ASCII)


class Listener(Protocol):
    """The socket that a mock listens on."""

    async def refuse(self, seconds: float) -> None:
        """Let new connections be refused for so long."""

    async def other(self) -> int:
        """The port of a second socket of the same mock, opened when it is first asked for."""


class SandboxApi(Protocol):
    """An API, as far as a sandbox knows it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def handlers(self) -> "Callable[[Sandbox], Any]":
        """Makes what answers its requests in one sandbox."""

    @property
    def grant(self) -> Callable[["Sandbox", Any], tuple[Grant, dict[str, str]]]:
        """Grants an issuer access without a browser."""

    @property
    def journalled(self) -> tuple[str, ...]:
        """The names of its paths in the journal."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """Those of the role issuer that a refusal of one request may name."""


@define(eq=False)
class Shared:
    """The state that all sandboxes of a mock share."""

    settings: Settings
    addresses: Addresses
    apis: tuple[SandboxApi, ...]
    misbehaviours: Misbehaviours
    judge: Callable[[Clock], Judging]
    """Makes the judge of one sandbox."""
    fetcher: Any
    """Gets documents for all of them; what it is, only those know who judge badges."""
    observer: Callable[[str, str], Observer]
    """Makes an observer of a situation's name and the ``http://host:port`` of the other socket;
    raises `ValueError` when there is no such situation."""
    stopping: asyncio.Event = field(factory=asyncio.Event)
    listener: Listener | None = None
    unread: Unread = field(factory=Unread)

    @property
    def journalled(self) -> tuple[str, ...]:
        """The names of a sandbox's paths in the journal."""
        return tuple(dict.fromkeys(name for api in self.apis for name in api.journalled))

    @property
    def requirements(self) -> tuple[str, ...]:
        """Those of the role issuer that a refusal of one request may name."""
        return tuple(dict.fromkeys(name for api in self.apis for name in api.requirements))


@frozen
class Beginning:
    """The state to which a reset returns."""

    shape: Shape
    orders: tuple[Order, ...] = ()
    """Armed at once."""


class Sandbox:
    """One Backpack with everything that belongs to it alone."""

    clock: Clock
    randomness: Randomness
    backpack: Backpack
    clients: Clients
    sessions: Sessions
    consent: Consent
    rules: Rules
    judge: Judging
    handlers: Mapping[str, Any]
    """The handlers of its requests, by the name of the API."""
    spelling: Spelling

    def __init__(
        self, name: str, shared: Shared, shape: Shape, orders: Iterable[Order] = ()
    ) -> None:
        """``name`` is ``""`` for the sandbox at the root; ``orders`` are armed at once."""
        self.name = name
        self.prefix = f"{PATH}{name}" if name else ""
        self.base = f"{shared.addresses.path}{self.prefix}"
        """The path of its pages as browsers see it, where a proxy may have taken some away."""
        self.shape = shape
        self.observer: Observer | None = None
        """The observer, if the sandbox is for judging an issuer."""
        self.beginning = Beginning(shape, tuple(orders))
        self.changes = Changes()
        self.shared = shared
        bounds = shared.settings.bounds
        self.journal = Journal(bounds.journal, bounds.journal_bytes)
        self.reset()

    def enter(self, observer: Observer) -> None:
        """Reset the sandbox into the situation of an observer."""
        self.observer = observer
        self.shape = observer.shape(self.beginning.shape)
        self.reset()

    def reset(self) -> None:
        """Back to how the sandbox began; only the numbers of its journal go on."""
        self.begin(Randomness(self.shape.seed, self.changes))
        for order in self.beginning.orders:
            self.rules.arm(order, self.clock.now())
        if self.observer is not None:
            self._set_up(self.observer)

    def begin(self, randomness: Randomness) -> None:
        """Have nothing: no earners, no rules, an empty journal, the right time."""
        bounds = self.shared.settings.bounds
        self._unread_before = self.shared.unread.last_number
        self.clock = Clock(self.changes)
        self.randomness = randomness
        self.backpack = Backpack(self.clock, randomness, self.shape, bounds, self.changes)
        self.clients = Clients(self.clock, randomness, self.changes)
        self.sessions = Sessions(
            randomness, self.prefix, self.changes, self.base, self.shared.addresses.is_secure
        )
        self.consent = Consent(self.changes)
        self.journal.clear()
        self.rules = Rules(randomness, bounds.rules, self.changes)
        self.judge = self.watched(self.shared.judge(self.clock))
        self.handlers = {api.name: api.handlers(self) for api in self.shared.apis}
        self.spelling = Spelling(self.backpack, self.clients)
        self.changes.note()

    def watched(self, judge: Any) -> Any:
        """A judge of an API, on which the observer looks if there is one."""
        return self.observer.judging(judge) if self.observer else judge

    def _set_up(self, observer: Observer) -> None:
        observer.begin()
        self.consent.choose(observer.choice)
        if observer.choice.earner is not None:
            self.backpack.earner(observer.choice.earner)
        for rule in observer.rules(self.prefix):
            self.rules.arm(read_order(rule, self.shared.misbehaviours), self.clock.now())

    def is_direct(self, request: web.Request) -> bool:
        """Whether a request comes from this machine, and through no proxy that we know of."""
        return self.shared.addresses.is_direct(request)

    def root_for(self, request: web.Request) -> str:
        """The URL at which a client reaches the mock, without a trailing slash."""
        return self.shared.addresses.root(request)

    def api_root(self, root: str) -> str:
        """The ``api_root`` for issuers that use the mock at ``root``."""
        usual = f"{root}{self.prefix}/api"
        return self.observer.api_root(usual, self.prefix) if self.observer else usual

    @property
    def unread(self) -> list[str]:
        """Why requests could not be read that came to the mock since the sandbox began."""
        return self.shared.unread.since(self._unread_before)

    @property
    def outer_path(self) -> str:
        """The path prefix that a proxy removes; ``""`` without a proxy."""
        return self.shared.addresses.path

    @property
    def bounds(self) -> Bounds:
        """How much of everything it holds."""
        return self.shared.settings.bounds

    @property
    def stopping(self) -> asyncio.Event:
        """Set when the mock is about to stop."""
        return self.shared.stopping

    @property
    def listener(self) -> Listener | None:
        """The socket, when the mock has opened it itself."""
        return self.shared.listener

    def to_wire(self, root: str) -> dict[str, Any]:
        """The sandbox as a JSON object; ``root`` is the URL of the mock."""
        url = f"{root}{self.prefix}"
        return {
            "name": self.name,
            "url": url,
            "api_root": self.api_root(root),
            "admin": f"{url}/_mock",
            "seed": self.randomness.seed,
            "expires": self.shape.expires,
            "token_length": self.shape.token_length,
            "now": self.clock.now(),
            "frozen": self.clock.is_frozen,
            "earners": len(self.backpack.earners()),
            "rules": len(self.rules),
            "journal": len(self.journal),
            "situation": self.observer.name if self.observer else None,
            "tells": self.observer.tells(url, self.prefix) if self.observer else {},
        }


class Sandboxes:
    """All sandboxes of a mock; the one at the root is always there."""

    def __init__(self, shared: Shared, orders: Iterable[Order] = ()) -> None:
        """``orders`` are armed in the sandbox at the root."""
        self.shared = shared
        self.root = Sandbox("", shared, shared.settings.shape, orders)
        self._named: dict[str, Sandbox] = {}
        self._names = Randomness()

    @property
    def addresses(self) -> Addresses:
        """How the mock is reached."""
        return self.shared.addresses

    def of_host(self, host: str, path: str) -> Sandbox | None:
        """The sandbox that ``<name>.localhost`` names, for a path that names none itself."""
        name, dot, rest = host.partition(".")
        is_own = dot and rest.partition(":")[0] == "localhost" and not path.startswith(PATH)
        return self._named.get(name.lower()) if is_own else None

    def __iter__(self) -> Iterator[Sandbox]:
        yield self.root
        yield from self._named.values()

    def __len__(self) -> int:
        return 1 + len(self._named)

    def of_path(self, path: str) -> tuple[Sandbox | None, str]:
        """The sandbox that a path belongs to, ``None`` when there is none, and the path within."""
        if not path.startswith(PATH):
            return self.root, path
        name, slash, rest = path[len(PATH) :].partition("/")
        return self._named.get(name), slash + rest

    def create(self, name: str | None, shape: Shape, orders: Iterable[Order] = ()) -> Sandbox:
        """A fresh sandbox.

        Raises:
            ValueError: when the name is taken, or none that can stand in a path.
            Full: when there are too many.
        """
        if len(self._named) >= self.shared.settings.bounds.sandboxes:
            raise Full("sandboxes", self.shared.settings.bounds.sandboxes)
        name = self._names.hex(8) if name is None else name
        if not NAME.fullmatch(name):
            raise ValueError(f"expected at most 64 of a-z, 0-9, - and _, saw {quoted(name)}")
        if name in self._named:
            raise ValueError(f"sandbox {quoted(name)} already exists")
        sandbox = self._named[name] = Sandbox(name, self.shared, shape, orders)
        return sandbox

    def find(self, name: str) -> Sandbox | None:
        """The sandbox with this name."""
        return self._named.get(name) if name else self.root

    def drop(self, name: str) -> Sandbox:
        """Take a sandbox away.

        Raises:
            KeyError: when there is none with this name.
        """
        return self._named.pop(name)
