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
from conformance.site import FIRST, FORBIDDEN, SECOND, IssuerSite
from conformance.target.browser import Earner
from conformance.target.chromium import Chromium
from conformance.target.opening import TargetOptions, forbidden_host, opened
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
    """The set of named answers: the profile by which the target is judged."""
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
        of_machine = {"browser"} if self.chromium.missing is None else set()
        of_site = {"fetch-policy"} if FORBIDDEN in self.site.origins else set()
        return self.target.capabilities | of_machine | of_site

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
        origins = self.site.origins
        return facts(self.target.root, origins[FIRST].url, origins[SECOND].url)


def facts(root: str, first: str, second: str) -> dict[str, dict[str, str]]:
    """The same, from the root of the target and the two origins of the site."""
    host, port = urlsplit(first).hostname, urlsplit(first).port
    return {
        "target": {"root": root.rstrip("/")},
        "site": {
            "origin": first,
            "second_origin": second,
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
        site = IssuerSite(forbidden=forbidden_host(options.target))
        await site.start()
        stack.push_async_callback(site.stop)
        target = await stack.enter_async_context(opened(options.target, client))
        chromium = Chromium()
        stack.push_async_callback(chromium.close)
        yield Session(options, client, site, target, Samples(options.seed), chromium)
