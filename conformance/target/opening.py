"""From what the user named to a target that can be tested."""

import re
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from conformance.core.errors import AuthoringError, PreflightError
from conformance.target.adapter import channel
from conformance.target.adapter.hooks import AdapterHooks
from conformance.target.configuration.configuration import ADAPTER, Configuration
from conformance.target.hooks import MockControls, WaitingHooks
from conformance.target.http.client import Client
from conformance.target.pages.reader import HeuristicReader, Reader
from conformance.target.pages.recipe import Recipe
from conformance.target.target import PagePaths, Target


@frozen
class TargetOptions:
    """What the user said of the target."""

    named: str = "mock"
    pages: PagePaths = field(factory=PagePaths)
    accounts: Mapping[str, str] = field(factory=dict)
    """From e-mail to password."""
    wait_expiry: float = 0.0
    """The longest time to wait for a token to expire, in seconds."""
    forbidden_host: str | None = None
    """An address of this machine that the target's policy keeps it from fetching from."""
    adapter: tuple[str, ...] = ()
    """The command that starts the adapter; empty without one."""
    reader: Reader = field(factory=HeuristicReader)
    """How its pages are read."""
    revoking: tuple[Mapping[str, Any], ...] = ()
    """The recipe for its settings page; empty without one."""
    hosts: frozenset[str] = frozenset()
    """Hosts beside its own to which its pages may lead."""

    @classmethod
    def of(cls, said: Configuration) -> "TargetOptions":
        """What a configuration says of it."""
        return cls(
            named=said.target,
            pages=PagePaths(*(said[f"pages.{name}"] for name in ("script", "access", "settings"))),
            accounts=said.passwords,
            wait_expiry=said["wait_expiry"],
            forbidden_host=said["forbidden_host"],
            adapter=adapter_of(said),
            reader=Recipe.read(said.recipe) if said.recipe else HeuristicReader(),
            revoking=said.revoking,
            hosts=frozenset(said["hosts"]),
        )

    @property
    def is_ours(self) -> bool:
        """Whether it is the mock, to be started with the run."""
        return self.named.partition(":")[0] == "mock"


NOWHERE = "http://nowhere.invalid/"
"""The root of a target that could not be started."""
HOST = ("-m", "conformance.target.adapter.host")
"""What a Python adapter runs in."""


def adapter_of(said: Configuration) -> tuple[str, ...]:
    """The command that starts the adapter; empty without one.

    Raises:
        AuthoringError: when there are two, or one for the mock.
    """
    python, command = said["adapter.python"], said["adapter.command"]
    if python and command:
        raise AuthoringError("adapter: expected --adapter or --adapter-command, saw both")
    if (python or command) and said.target.partition(":")[0] == "mock":
        raise AuthoringError("adapter: the mock needs no adapter; give the URL of a Backpack")
    return (sys.executable, *HOST, python) if python else tuple(command or ())


def called(adapter: Sequence[str]) -> str:
    """What a person calls an adapter, of the command that starts it."""
    return adapter[-1] if HOST[-1] in adapter else " ".join(adapter)


OTHER_LOOPBACK = "127.0.0.2"


def forbidden_host(options: TargetOptions) -> str | None:
    """Where the target must not fetch from; our own mock is told so when it is started."""
    if options.forbidden_host is not None or not options.is_ours:
        return options.forbidden_host
    with socket.socket() as probe:
        try:
            probe.bind((OTHER_LOOPBACK, 0))
        except OSError:  # not every system has more than one address of its own
            return None
    return OTHER_LOOPBACK


ADDRESS = re.compile(
    r"(localhost|[\w-]+(\.[\w-]+)+|\[[0-9a-fA-F:]+\])(:\d+)?(/\S*)?|[\w-]+:\d+(/\S*)?"
)
"""An address without its scheme: ``localhost:8000``, ``127.0.0.1:5005``, ``example.org/path``."""


def check_name(named: str) -> None:
    """See whether a target is named as one can be.

    Raises:
        AuthoringError: when nothing is named like that.
    """
    kind, _, rest = named.partition(":")
    if kind == "mock":
        from conformance.target import mock  # noqa: PLC0415 - a live target needs no mock

        mock.check_names(_defects(rest))
    elif kind in ("http", "https"):
        _root(named)
    elif kind == ADAPTER:
        return
    else:
        advice = f": did you mean http://{named}?" if ADDRESS.fullmatch(named) else ""
        raise AuthoringError(
            "target: expected mock, mock:<defect>[,<defect>] or the URL of a Backpack, "
            f"saw {named!r}{advice}"
        )


def _defects(written: str) -> list[str]:
    return [name for name in written.split(",") if name]


@asynccontextmanager
async def opened(options: TargetOptions, client: Client) -> AsyncIterator[Target]:
    """The target, ready to be talked to; our own mock runs as long as the block.

    Raises:
        AuthoringError: when nothing is named like that.
    """
    check_name(options.named)
    kind, _, rest = options.named.partition(":")
    if options.adapter:
        async with AsyncExitStack() as stack:
            yield await _adapted(options, client, stack)
    elif kind == "mock":
        from conformance.target import mock  # noqa: PLC0415 - a live target needs no mock

        async with mock.running(_defects(rest), forbidden_host(options)) as root:
            yield await _at(root, options, client)
    else:
        yield await _at(_root(options.named), options, client)


async def _adapted(options: TargetOptions, client: Client, stack: AsyncExitStack) -> Target:
    """The target as its adapter starts it; one that cannot be tested when the adapter does not."""
    opening = channel.opened(called(options.adapter), options.adapter, client.timeout)
    try:
        adapter = await stack.enter_async_context(opening)
        target = Target(
            named=options.named,
            root=await _root_of(options, adapter),
            hooks=AdapterHooks(adapter, WaitingHooks(options.wait_expiry)),
            pages=options.pages,
            reader=options.reader,
            revoking=options.revoking,
            hosts=options.hosts,
        )
        if "reset" in adapter.methods:
            await adapter.call("reset")
        return evolve(target, accounts=options.accounts or await _accounts(adapter))
    except PreflightError as trouble:
        return Target(options.named, NOWHERE, WaitingHooks(), trouble=trouble)


async def _root_of(options: TargetOptions, adapter: channel.Channel) -> str:
    """Where the target is: as the user said, or as the adapter says that has started it."""
    if options.named.partition(":")[0] != ADAPTER:
        return _root(options.named)
    if "start" not in adapter.methods:
        tried = f"start the Backpack by the adapter {adapter.name}"
        advice = (
            "Give the URL of the Backpack (backpack-conformance run URL …), or add "
            "start() to the adapter."
        )
        raise PreflightError(tried, "it has no method start", advice)
    found = await adapter.call("start")
    try:
        return _root(found["url"])
    except AuthoringError as error:
        raise await adapter.trouble(f"start() of the adapter {adapter.name}", str(error)) from None


async def _accounts(adapter: channel.Channel) -> Mapping[str, str]:
    """Two people, if the adapter can make any."""
    asked = 2 if "earner" in adapter.methods else 0
    found = [await adapter.call("earner") for _ in range(asked)]
    return {one["email"]: one["password"] for one in found}


async def _at(root: str, options: TargetOptions, client: Client) -> Target:
    controls = MockControls(client, root)
    health = await controls.health()
    return Target(
        named=options.named,
        root=root,
        hooks=controls if health else WaitingHooks(options.wait_expiry),
        pages=options.pages,
        accounts=options.accounts,
        reader=options.reader,
        revoking=options.revoking,
        hosts=_hosts(root, options),
        product=f"mock-backpack {health['version']}" if health else "",
    )


def _hosts(root: str, options: TargetOptions) -> frozenset[str]:
    own = urlsplit(root).hostname
    return options.hosts | {own} if options.hosts and own else frozenset()


def _root(url: str) -> str:
    parts = urlsplit(url)
    try:
        port_is_right = parts.port != 0
    except ValueError:
        port_is_right = False
    if parts.username or parts.password:
        raise AuthoringError("target: expected a URL without user and password; see --earner")
    if not parts.hostname or not port_is_right or parts.query or parts.fragment:
        raise AuthoringError(f"target: expected a URL with a host and no query, saw {url!r}")
    return url if url.endswith("/") else f"{url}/"
