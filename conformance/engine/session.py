"""A session: what all scenarios of a run share."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import CookieJar
from attrs import define, evolve, field, frozen

from conformance.core.errors import AuthoringError
from conformance.core.shortage import raise_limit
from conformance.engine.api import Api
from conformance.engine.granting import Granting
from conformance.openbadges.samples import Samples
from conformance.scenario.facts import facts
from conformance.scenario.model import RISKS
from conformance.target.browser.browser import Browser
from conformance.target.browser.chromium import Chromium
from conformance.target.browser.driver import ChromiumDriver
from conformance.target.configuration.configuration import Configuration
from conformance.target.http.client import Client, Wire, trust_of
from conformance.target.http.throttle import AllowedHosts, Throttle, is_here
from conformance.target.issuer_site import (
    FIRST,
    FORBIDDEN,
    SECOND,
    IssuerSite,
    SiteAddress,
    SiteOptions,
)
from conformance.target.opening import TargetOptions, check_name, forbidden_host, opened
from conformance.target.pages.reader import EarnerAccount
from conformance.target.stored_grant import StoredGrant, stored_grant
from conformance.target.target import Target

PATIENCE_SECONDS = 40.0
"""For an answer: a Backpack may take 35 seconds to give up on a bad host."""
RECOVERY_SECONDS = 30.0


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
    recovery: float = RECOVERY_SECONDS
    """Seconds that a target that has stopped answering may take to answer again."""
    processes: int = 1
    """How many processes share the scenarios, each with a session of its own."""
    grant: Path | None = None
    """The file of a grant that was given by hand."""
    in_chromium: bool = False
    """Whether earners walk in a real browser."""

    @classmethod
    def of(cls, said: Configuration, **of_run: Any) -> "RunOptions":
        """What a configuration says; what else belongs to the run stands beside it."""
        return cls(
            target=TargetOptions.of(said),
            answers=said["profile"],
            timeout=said["timeout"],
            site=SiteOptions.of(said),
            ca=Path(said["ca"]) if said["ca"] else None,
            grant=Path(said["grant"]),
            in_chromium=said["browser"],
            rate=said["care.rate"],
            requests=said["care.requests"],
            recovery=said["care.recovery"],
            allow=said.allowed,
            **of_run,
        )


@define(eq=False)
class Session:
    """Everything that is up while scenarios run."""

    api: Api
    """The API under test."""
    granting: Granting
    """How grants are got; until the preflight has chosen, at the pages of the target."""
    options: RunOptions
    client: Client
    site: IssuerSite
    target: Target
    samples: Samples
    chromium: Chromium
    driver: ChromiumDriver | None = None
    """What walks through consent, when it is a real browser."""
    kept: StoredGrant | None = None
    """A grant of this target that an earner gave by hand."""
    jars: dict[str, CookieJar] = field(factory=dict, eq=False)
    """The cookies of those who have an account, by e-mail."""
    spelled_right: set[str] = field(factory=set)
    """Roots of the API whose callback was told a token with odd characters, and it worked."""

    @property
    def capabilities(self) -> frozenset[str]:
        """What scenarios may need, of the target and of this machine."""
        of_machine = {"browser"} if self.chromium.missing is None else set()
        of_site = {"fetch-policy"} if FORBIDDEN in self.site.origins else set()
        return (self.target.capabilities | of_machine | of_site) - self.granting.out_of_reach

    @property
    def allowed(self) -> frozenset[str]:
        """Kinds of scenarios that may hurt and run all the same."""
        return allowed(self.options.allow, self.target.root)

    def nonce(self) -> str:
        """A text that no run has used before: a live target remembers earlier runs."""
        return secrets.token_hex(5)

    def earner(self, role: str, number: int) -> EarnerAccount:
        """A person for a role; number 0 is the first of a scenario.

        Where the target lets anybody log in, it is somebody new.
        """
        if (email := self.granting.only_earner) is not None and number == 0:
            return EarnerAccount(role, email, "")
        if not self.target.accounts:
            email = f"{role}.{self.nonce()}@example.org"
            return EarnerAccount(role, email, secrets.token_urlsafe(12))
        accounts = list(self.target.accounts.items())
        return EarnerAccount(role, *accounts[number % len(accounts)])

    def browser(self, wire: Wire, earner: EarnerAccount) -> Browser:
        """A browser of a person, who walks as the target's recipe says.

        Who has an account stays logged in: the cookies are those of their earlier browsers.
        """
        fresh = self.fresh_browser(wire, earner)
        if earner.email not in self.target.accounts:
            return fresh
        return evolve(fresh, jar=self.jars.setdefault(earner.email, fresh.jar))

    def fresh_browser(self, wire: Wire, earner: EarnerAccount) -> Browser:
        """A browser in which nobody is logged in."""
        target = self.target
        return Browser(wire, earner, reader=target.reader, hosts=target.hosts, driver=self.driver)

    def facts(self) -> dict[str, Any]:
        """What a scenario may know of target and site, as ``$target`` and ``$site``."""
        origins = self.site.origins
        return facts(self.target.root, origins[FIRST].url, origins[SECOND].url)


def allowed(said: frozenset[str] | None, root: str) -> frozenset[str]:
    """What was said may hurt the target; when nobody said anything, all on this machine."""
    here = RISKS if is_here(urlsplit(root).hostname or "") else frozenset[str]()
    return here if said is None else said


@asynccontextmanager
async def running(api: Api, options: RunOptions) -> AsyncIterator[Session]:
    """A session in the running event loop.

    Raises:
        AuthoringError: when the target is not named rightly.
        HarnessError: when the issuer site cannot be served, or this machine allows too few files.
    """
    raise_limit()
    async with AsyncExitStack() as stack:
        care = Throttle(options.rate, options.requests)
        client = Client(options.timeout, trust_of(options.ca), care)
        stack.push_async_callback(client.close)
        kept = stored_grant(options.grant, options.target.named)
        doors = _doors(options.site, kept)
        site = IssuerSite(options.site.bind, forbidden_host(options.target), doors)
        await site.start()
        stack.push_async_callback(site.stop)
        target = await stack.enter_async_context(opened(options.target, client))
        ours = (one.url for one in site.origins.values())
        care.allowed = AllowedHosts.of(target.hosts, target.root, ours)
        chromium = Chromium()
        stack.push_async_callback(chromium.close)
        driver = _driver(options, chromium)
        samples = Samples(options.seed)
        yield Session(
            api, api.granting, options, client, site, target, samples, chromium, driver, kept
        )


def check(options: RunOptions) -> None:
    """See whether what was asked for can be, before anything is started.

    Raises:
        AuthoringError: when it cannot.
    """
    check_name(options.target.named)
    trust_of(options.ca)
    stored_grant(options.grant, options.target.named)
    _driver(options, Chromium())


def _doors(site: SiteOptions, kept: StoredGrant | None) -> tuple[SiteAddress, SiteAddress]:
    """A grant is one of an origin, so badges must come from the port at which it was given."""
    first, second = site.addresses
    if kept is None or first.listening_port:
        return site.addresses
    return evolve(first, port=kept.port), second


def _driver(options: RunOptions, chromium: Chromium) -> ChromiumDriver | None:
    if not options.in_chromium:
        return None
    if chromium.missing is not None:
        raise AuthoringError(f"browser: {chromium.missing}")
    return ChromiumDriver(chromium, trusts_anything=options.ca is not None)
