"""A session: what all scenarios of a run share."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import field, frozen

from conformance.client import Client
from conformance.samples import Samples
from conformance.site import FIRST, SECOND, IssuerSite
from conformance.target.browser import Earner
from conformance.target.chromium import Chromium
from conformance.target.opening import TargetOptions, opened
from conformance.target.target import Target

PATIENCE_SECONDS = 40.0
"""For an answer: a Backpack may take 35 seconds to give up on a bad host."""


@frozen
class RunOptions:
    """What the user asked for."""

    target: TargetOptions = field(factory=TargetOptions)
    seed: int = 0
    """Of all that is drawn: examples and sample texts."""
    budget: str = "quick"
    """Which number of examples a property tries: ``quick``, ``ci`` or ``soak``."""
    examples: int | None = None
    """Number of examples for every property, in place of the budget's."""
    shrinking: float | None = None
    """Seconds for making the failing examples of a property smaller, in place of the budget's."""
    keep: Path | None = None
    """Folder for counter-examples, and for what replays them; nothing is kept without."""
    replays: bool = True
    """Whether failing examples of earlier runs are tried first."""
    answers: str = "documented"
    """The set of named answers."""
    timeout: float = PATIENCE_SECONDS


@frozen
class Session:
    """Everything that is up while scenarios run."""

    options: RunOptions
    client: Client
    site: IssuerSite
    target: Target
    samples: Samples
    chromium: Chromium

    @property
    def capabilities(self) -> frozenset[str]:
        """What scenarios may need, of the target and of this machine."""
        return self.target.capabilities | ({"browser"} if self.chromium.missing is None else set())

    def nonce(self) -> str:
        """A text that no run has used before: a live target remembers earlier runs."""
        return secrets.token_hex(5)

    def earner(self, role: str, number: int) -> Earner:
        """A person for a role; number 0 is the first of a scenario.

        Where the target lets anybody log in, it is somebody new.
        """
        if not self.target.accounts:
            email = f"{role}.{self.nonce()}@example.org"
            return Earner(role, email, secrets.token_urlsafe(12))
        accounts = list(self.target.accounts.items())
        return Earner(role, *accounts[number % len(accounts)])

    def facts(self) -> dict[str, Any]:
        """What a scenario may know of target and site, as ``$target`` and ``$site``."""
        first = self.site.origins[FIRST].url
        host, port = urlsplit(first).hostname, urlsplit(first).port
        return {
            "target": {"root": self.target.root.rstrip("/")},
            "site": {
                "origin": first,
                "second_origin": self.site.origins[SECOND].url,
                "other_scheme": first.replace("http:", "https:"),
                "other_host": f"http://other.example:{port}",
                "subdomain": f"http://badges.{host}:{port}",
                "host": f"{host}:{port}",
            },
        }


@asynccontextmanager
async def running(options: RunOptions) -> AsyncIterator[Session]:
    """A session in the running event loop.

    Raises:
        AuthoringError: when the target is not named rightly.
        HarnessError: when the issuer site cannot be served.
    """
    async with AsyncExitStack() as stack:
        client = Client(options.timeout)
        stack.push_async_callback(client.close)
        site = IssuerSite()
        await site.start()
        stack.push_async_callback(site.stop)
        target = await stack.enter_async_context(opened(options.target, client))
        chromium = Chromium()
        stack.push_async_callback(chromium.close)
        yield Session(options, client, site, target, Samples(options.seed), chromium)
