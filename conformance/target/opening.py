"""Open the target that the user named."""

import re
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from conformance.core.catalogue import did_you_mean
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
    """The configuration of the target."""

    named: str = "mock"
    pages: PagePaths = field(factory=PagePaths)
    accounts: Mapping[str, str] = field(factory=dict)
    """From e-mail to password."""
    wait_expiry: float = 0.0
    """The longest time to wait for a token to expire, in seconds."""
    forbidden_host: str | None = None
    """An address of this machine that the fetch policy of the target forbids."""
    adapter: tuple[str, ...] = ()
    """The command that starts the adapter; empty without one."""
    reader: Reader = field(factory=HeuristicReader)
    """Reads its pages."""
    revoking: tuple[Mapping[str, Any], ...] = ()
    """The revoke recipe for its settings page; empty without one."""
    dialog: Mapping[str, str] = field(factory=dict)
    """The selectors of the dialog of the Issuer API; empty without them."""
    hosts: frozenset[str] = frozenset()
    """Other hosts of the target, to which its pages may lead."""

    @classmethod
    def of(cls, configuration: Configuration) -> "TargetOptions":
        """The options in a configuration.

        Raises:
            AuthoringError: when there are two adapters, or one for the mock.
        """
        return cls(
            named=configuration.target,
            pages=PagePaths(
                *(configuration[f"pages.{name}"] for name in ("script", "access", "settings"))
            ),
            accounts=configuration.passwords,
            wait_expiry=configuration["wait_expiry"],
            forbidden_host=configuration["forbidden_host"],
            adapter=adapter_of(configuration),
            reader=Recipe.read(configuration.recipe) if configuration.recipe else HeuristicReader(),
            revoking=configuration.revoking,
            dialog=configuration.dialog,
            hosts=frozenset(configuration["hosts"]),
        )

    @property
    def is_ours(self) -> bool:
        """Whether it is the mock, which is started with the run."""
        return self.named.partition(":")[0] == "mock"

    @property
    def is_started(self) -> bool:
        """Whether the run starts it, so that before the run there is nothing to look at."""
        return self.is_ours or self.named.partition(":")[0] == ADAPTER

    @property
    def defects(self) -> tuple[str, ...]:
        """The names of the defects of the mock; empty for other targets."""
        return tuple(_defects(self.named.partition(":")[2])) if self.is_ours else ()


NOWHERE = "http://nowhere.invalid/"
"""The root URL of a target that could not be started."""
HOST = ("-m", "conformance.target.adapter.host")
"""Arguments of Python that run a Python adapter."""


def adapter_of(configuration: Configuration) -> tuple[str, ...]:
    """The command that starts the adapter; empty without one.

    Raises:
        AuthoringError: when there are two adapters, or one for the mock.
    """
    python, command = configuration["adapter.python"], configuration["adapter.command"]
    if python and command:
        raise AuthoringError("adapter: expected --adapter or --adapter-command, saw both")
    if (python or command) and configuration.target.partition(":")[0] == "mock":
        raise AuthoringError("adapter: the mock needs no adapter; give the URL of a Backpack")
    return (sys.executable, *HOST, python) if python else tuple(command or ())


def adapter_name(adapter: Sequence[str]) -> str:
    """The name of an adapter in messages, from the command that starts it."""
    return adapter[-1] if HOST[-1] in adapter else " ".join(adapter)


OTHER_LOOPBACK = "127.0.0.2"


def forbidden_host(options: TargetOptions) -> str | None:
    """The host that the target must not fetch from; the mock is started with this policy."""
    if options.forbidden_host is not None or not options.is_ours:
        return options.forbidden_host
    with socket.socket() as sock:
        try:
            sock.bind((OTHER_LOOPBACK, 0))
        except OSError:  # not every system has a second loopback address
            return None
    return OTHER_LOOPBACK


ADDRESS = re.compile(
    r"(localhost|[\w-]+(\.[\w-]+)+|\[[0-9a-fA-F:]+\])(:\d+)?(/\S*)?|[\w-]+:\d+(/\S*)?"
)
"""An address without its scheme: ``localhost:8000``, ``127.0.0.1:5005``, ``example.org/path``."""


def check_name(named: str) -> None:
    """Check that the name of a target is valid.

    Raises:
        AuthoringError: when it is invalid.
    """
    kind, _, rest = named.partition(":")
    if kind == "mock":
        mock().check_names(_defects(rest))
    elif kind in ("http", "https"):
        _root(named)
    elif kind == ADAPTER:
        return
    else:
        is_address = ADDRESS.fullmatch(named)
        advice = f": did you mean http://{named}?" if is_address else did_you_mean(named, ["mock"])
        raise AuthoringError(
            "target: expected mock, mock:<defect>[,<defect>] or the URL of a Backpack, "
            f"saw {named!r}{advice}"
        )


def _defects(written: str) -> list[str]:
    return [name for name in written.split(",") if name]


@asynccontextmanager
async def opened(options: TargetOptions, client: Client) -> AsyncIterator[Target]:
    """The target, ready for requests; the mock runs while the block does.

    Raises:
        AuthoringError: when its name is invalid.
    """
    check_name(options.named)
    kind, _, rest = options.named.partition(":")
    if options.adapter:
        async with AsyncExitStack() as stack:
            yield await _open_by_adapter(options, client, stack)
    elif kind == "mock":
        async with mock().running(_defects(rest), forbidden_host(options)) as root:
            yield await _open_url(root, options, client)
    else:
        yield await _open_url(_root(options.named), options, client)


async def _open_by_adapter(options: TargetOptions, client: Client, stack: AsyncExitStack) -> Target:
    """The target that the adapter starts; an untestable one if the adapter fails."""
    opening = channel.opened(adapter_name(options.adapter), options.adapter, client.timeout)
    try:
        adapter = await stack.enter_async_context(opening)
        target = Target(
            named=options.named,
            root=await _root_of(options, adapter),
            hooks=AdapterHooks(adapter, WaitingHooks(options.wait_expiry)),
            pages=options.pages,
            reader=options.reader,
            revoking=options.revoking,
            dialog=options.dialog,
            hosts=options.hosts,
        )
        if "reset" in adapter.methods:
            await adapter.call("reset")
        return evolve(target, accounts=options.accounts or await _accounts(adapter))
    except PreflightError as trouble:
        return Target(options.named, NOWHERE, WaitingHooks(), trouble=trouble)


async def _root_of(options: TargetOptions, adapter: channel.Channel) -> str:
    """The root URL of the target, from the user or from the adapter that starts it."""
    if options.named.partition(":")[0] != ADAPTER:
        return _root(options.named)
    if "start" not in adapter.methods:
        tried = f"start the Backpack by the adapter {adapter.name}"
        advice = (
            "Give the URL of the Backpack (backpack-conformance run URL …), or add "
            "start() to the adapter."
        )
        raise PreflightError(tried, "it has no method start", advice)
    reply = await adapter.call("start")
    try:
        return _root(reply["url"])
    except AuthoringError as error:
        raise await adapter.call_error(
            f"start() of the adapter {adapter.name}", str(error)
        ) from None


async def _accounts(adapter: channel.Channel) -> Mapping[str, str]:
    """Two accounts, if the adapter can create accounts."""
    count = 2 if "earner" in adapter.methods else 0
    accounts = [await adapter.call("earner") for _ in range(count)]
    return {account["email"]: account["password"] for account in accounts}


async def _open_url(root: str, options: TargetOptions, client: Client) -> Target:
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
        dialog=options.dialog,
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


def mock() -> ModuleType:
    """The module that knows the mock; a live target does without."""
    from conformance.target import mock as module  # noqa: PLC0415 - it loads the mock

    return module
