"""A session: what all scenarios of a run share."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import field, frozen

from conformance.care import Care, hosts_of
from conformance.client import Client, Wire, trust_of
from conformance.configuration.configuration import Configuration
from conformance.samples import Samples
from conformance.site import FIRST, FORBIDDEN, SECOND, IssuerSite, SiteOptions
from conformance.target.browser import Browser
from conformance.target.chromium import Chromium
from conformance.target.driver import ChromiumDriver
from conformance.target.opening import TargetOptions, forbidden_host, opened
from conformance.target.reader import Earner
from conformance.target.recipe import Recipe
from conformance.target.target import Target
from conformance.values.errors import AuthoringError
from conformance.values.scenario import RISKS

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
    site: SiteOptions = field(factory=SiteOptions)
    ca: Path | None = None
    """A file with the certificate of the authority that signed the target's."""
    rate: float | None = None
    """The most requests in a second."""
    requests: int | None = None
    """The most requests in the run."""
    allow: frozenset[str] | None = None
    """Kinds of scenarios that may hurt and run all the same; ``None`` when nobody said."""
    in_chromium: bool = False
    """Whether the recipe is followed in a real browser."""

    @classmethod
    def of(cls, said: Configuration, **of_run: Any) -> "RunOptions":
        """What a configuration says; what else belongs to the run stands beside it."""
        return cls(
            target=TargetOptions.of(said),
            answers=said["profile"],
            timeout=said["timeout"],
            site=SiteOptions.of(said),
            ca=Path(said["ca"]) if said["ca"] else None,
            in_chromium=said["browser"],
            rate=said["care.rate"],
            requests=said["care.requests"],
            allow=said.allowed,
            **of_run,
        )


@frozen
class Session:
    """Everything that is up while scenarios run."""

    options: RunOptions
    client: Client
    site: IssuerSite
    target: Target
    samples: Samples
    chromium: Chromium
    driver: ChromiumDriver | None = None
    """What walks through consent, when it is a real browser."""

    @property
    def capabilities(self) -> frozenset[str]:
        """What scenarios may need, of the target and of this machine."""
        of_machine = {"browser"} if self.chromium.missing is None else set()
        of_site = {"fetch-policy"} if FORBIDDEN in self.site.origins else set()
        return self.target.capabilities | of_machine | of_site

    @property
    def allowed(self) -> frozenset[str]:
        """Kinds of scenarios that may hurt and run: all on this machine, unless said otherwise."""
        here = RISKS if is_here(self.target.root) else frozenset[str]()
        return here if self.options.allow is None else self.options.allow

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

    def browser(self, wire: Wire, earner: Earner) -> Browser:
        """A fresh browser of a person, who walks as the target's recipe says."""
        target = self.target
        return Browser(wire, earner, reader=target.reader, hosts=target.hosts, driver=self.driver)

    def facts(self) -> dict[str, Any]:
        """What a scenario may know of target and site, as ``$target`` and ``$site``."""
        origins = self.site.origins
        return facts(self.target.root, origins[FIRST].url, origins[SECOND].url)


def facts(root: str, first: str, second: str) -> dict[str, dict[str, str]]:
    """The same, from the root of the target and the two origins of the site."""
    parts = urlsplit(first)
    port = f":{parts.port}" if parts.port else ""
    other_scheme = {"http": "https", "https": "http"}[parts.scheme]
    return {
        "target": {"root": root.rstrip("/")},
        "site": {
            "origin": first,
            "second_origin": second,
            "other_scheme": f"{other_scheme}://{parts.netloc}",
            "other_host": f"{parts.scheme}://other.example{port}",
            "subdomain": f"{parts.scheme}://badges.{parts.netloc}",
            "host": parts.netloc,
        },
    }


def is_here(url: str) -> bool:
    """Whether a URL is on this machine."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


@asynccontextmanager
async def running(options: RunOptions) -> AsyncIterator[Session]:
    """A session in the running event loop.

    Raises:
        AuthoringError: when the target is not named rightly.
        HarnessError: when the issuer site cannot be served.
    """
    async with AsyncExitStack() as stack:
        care = Care(options.rate, options.requests)
        client = Client(options.timeout, trust_of(options.ca), care)
        stack.push_async_callback(client.close)
        site = IssuerSite(options.site.bind, forbidden_host(options.target), options.site.doors)
        await site.start()
        stack.push_async_callback(site.stop)
        target = await stack.enter_async_context(opened(options.target, client))
        ours = (one.url for one in site.origins.values())
        care.hosts = target.hosts | hosts_of(target.root, *ours)
        chromium = Chromium()
        stack.push_async_callback(chromium.close)
        driver = _driver(options, chromium)
        yield Session(options, client, site, target, Samples(options.seed), chromium, driver)


def _driver(options: RunOptions, chromium: Chromium) -> ChromiumDriver | None:
    recipe = options.target.reader
    if not options.in_chromium:
        return None
    if not isinstance(recipe, Recipe):
        raise AuthoringError("browser: needs a recipe: [[consent]] in the file about the target")
    if chromium.missing is not None:
        raise AuthoringError(f"browser: {chromium.missing}")
    return ChromiumDriver(chromium, recipe, trusts_anything=options.ca is not None)
