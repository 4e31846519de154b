"""A session: everything that the scenarios of one API share in a run, and what all APIs share."""

import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import CookieJar
from attrs import define, evolve, field, frozen

from conformance.core.errors import AuthoringError
from conformance.core.redaction.vault import Vault
from conformance.core.shortage import raise_limit
from conformance.engine.api import Api
from conformance.engine.granting import Granting
from conformance.engine.memory import (
    REPLAY,
    ExampleStore,
    check_examples_database,
    example_store,
)
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
from conformance.target.stored_grant import StoredGrant, stored_grants
from conformance.target.target import Target

TIMEOUT_SECONDS = 40.0
"""Response timeout: a Backpack may take 35 seconds to give up on a bad host."""
RECOVERY_SECONDS = 30.0


@frozen
class RunOptions:
    """The options of a run."""

    target: TargetOptions = field(factory=TargetOptions)
    seed: int = 0
    """The seed of everything random: examples and sample texts."""
    budget: str = "quick"
    """Which number of examples a property tries: ``quick``, ``ci`` or ``soak``."""
    examples: int | None = None
    """Number of examples for every property, instead of the budget's."""
    shrinking: float | None = None
    """Seconds for shrinking the failing examples of a property, instead of the budget's."""
    keep: Path | None = None
    """Folder for counter-examples and stored examples; with ``None`` nothing is written."""
    examples_database: str | None = field(default=None, repr=False)
    """A folder or the URL of a Redis where examples are stored, instead of the folder."""
    replays: bool = True
    """Whether failing examples of earlier runs are tried first."""
    answers: str = "documented"
    """The set of named answers: the profile by which the target is judged."""
    timeout: float = TIMEOUT_SECONDS
    site: SiteOptions = field(factory=SiteOptions)
    ca: Path | None = None
    """A file with the certificate of the authority that signed the target's certificate."""
    rate: float | None = None
    """Maximum requests per second."""
    requests: int | None = None
    """Maximum requests of the run."""
    allow: frozenset[str] | None = None
    """Risks of disruptive scenarios that may run; ``None`` when not set."""
    recovery: float = RECOVERY_SECONDS
    """Seconds that a target may take to answer again after it stopped."""
    processes: int = 1
    """How many processes share the scenarios, each with a session of its own."""
    grant: Path | None = None
    """The file of a grant that was given by hand."""
    in_chromium: bool = False
    """Whether earners use a real browser."""
    is_shown: bool = True
    """Whether anybody sees the exchanges: their secrets are looked for only then."""

    @property
    def example_store(self) -> ExampleStore | None:
        """Where failing examples are stored."""
        if self.examples_database is not None:
            return example_store(self.examples_database)
        return example_store(str(self.keep / REPLAY)) if self.keep else None

    @classmethod
    def of(cls, configuration: Configuration, **run_options: Any) -> "RunOptions":
        """The options in a configuration, with further options that belong to this run only."""
        return cls(
            target=TargetOptions.of(configuration),
            timeout=configuration["timeout"],
            site=SiteOptions.of(configuration),
            ca=Path(configuration["ca"]) if configuration["ca"] else None,
            grant=Path(configuration["grant"]),
            in_chromium=configuration["browser"],
            rate=configuration["care.rate"],
            requests=configuration["care.requests"],
            recovery=configuration["care.recovery"],
            allow=configuration.allowed,
            **run_options,
        )


@frozen(eq=False)
class Environment:
    """Everything that is up while scenarios run, whatever their API."""

    options: RunOptions
    client: Client
    site: IssuerSite
    target: Target
    chromium: Chromium
    driver: ChromiumDriver | None = None
    """The driver of a real browser, when earners use one."""
    stored_grants: Mapping[str, StoredGrant] = field(factory=dict)
    """By API: the grants of this target that earners gave by hand."""

    def session(self, api: Api, answers: str) -> "Session":
        """A session for an API, whose answers are judged by a profile."""
        return Session(
            api=api,
            granting=api.granting,
            options=evolve(self.options, answers=answers),
            client=self.client,
            site=self.site,
            target=self.target,
            samples=Samples(self.options.seed),
            chromium=self.chromium,
            driver=self.driver,
            stored_grant=self.stored_grants.get(api.name),
        )


@define(eq=False)
class Session:
    """Everything that is up while scenarios of an API run."""

    api: Api
    """The API under test."""
    granting: Granting
    """How grants are obtained: at the target's pages, until the preflight chooses another way."""
    options: RunOptions
    client: Client
    site: IssuerSite
    target: Target
    samples: Samples
    chromium: Chromium
    driver: ChromiumDriver | None = None
    """The driver of a real browser, when earners use one."""
    stored_grant: StoredGrant | None = None
    """A grant by this API that an earner gave by hand."""
    jars: dict[str, CookieJar] = field(factory=dict, eq=False)
    """The cookies of earners who have an account, by e-mail."""
    offered: frozenset[str] = frozenset()
    """The features of the API that the target offers."""
    memory: dict[str, Any] = field(factory=dict)
    """What the API under test remembers from one scenario to the next, by name."""
    encoded_right: set[str] = field(factory=set)
    """Values of ``api_root`` whose callback encoded a token with special characters correctly."""

    @property
    def capabilities(self) -> frozenset[str]:
        """The capabilities of the target and of this machine."""
        of_machine = {"browser"} if self.chromium.missing is None else set()
        of_site = {"fetch-policy"} if FORBIDDEN in self.site.origins else set()
        own = self.target.capabilities | of_machine | of_site | self.offered
        return own - self.granting.out_of_reach

    @property
    def allowed(self) -> frozenset[str]:
        """Risks of disruptive scenarios that may run."""
        return allowed(self.options.allow, self.target.root)

    def nonce(self) -> str:
        """A text that no run has used before, since a live target remembers earlier runs."""
        return secrets.token_hex(5)

    def earner(self, role: str, number: int) -> EarnerAccount:
        """An earner for a role; number 0 is the first earner of a scenario.

        When the target lets anybody log in, it is a new earner.
        """
        if (email := self.granting.only_earner) is not None and number == 0:
            return EarnerAccount(role, email, "")
        if not self.target.accounts:
            email = f"{role}.{self.nonce()}@example.org"
            return EarnerAccount(role, email, secrets.token_urlsafe(12))
        accounts = list(self.target.accounts.items())
        return EarnerAccount(role, *accounts[number % len(accounts)])

    def browser(self, wire: Wire, earner: EarnerAccount) -> Browser:
        """A browser of an earner, which follows the target's recipe.

        An earner with an account stays logged in: all their browsers share their cookies.
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
        """The variables ``$target`` and ``$site``."""
        origins = self.site.origins
        first, second = origins[FIRST].url, origins[SECOND].url
        return facts(self.target.root, first, second, self.site.pages())


def allowed(risks: frozenset[str] | None, root: str) -> frozenset[str]:
    """The allowed risks; by default all of them for a target on this machine, none elsewhere."""
    if risks is not None:
        return risks
    return RISKS if is_here(urlsplit(root).hostname or "") else frozenset[str]()


@asynccontextmanager
async def open_session(api: Api, options: RunOptions) -> AsyncIterator[Session]:
    """A session of its own in the running event loop.

    Raises:
        AuthoringError, HarnessError: as `open_environment` does.
    """
    async with open_environment(options) as environment:
        yield environment.session(api, options.answers)


@asynccontextmanager
async def open_environment(options: RunOptions) -> AsyncIterator[Environment]:
    """Everything that a run needs, in the running event loop.

    Raises:
        AuthoringError: when the name of the target is wrong.
        HarnessError: when the issuer site cannot be served, or the limit of open files is too low.
    """
    raise_limit()
    async with AsyncExitStack() as stack:
        care = Throttle(options.rate, options.requests)
        vault = Vault(learns=options.is_shown)
        client = Client(options.timeout, trust_of(options.ca), care, vault)
        stack.push_async_callback(client.close)
        grants = stored_grants(options.grant, options.target.named)
        doors = _doors(options.site, grants.values())
        site = IssuerSite(
            host=options.site.bind,
            forbidden=forbidden_host(options.target),
            addresses=doors,
            tls=options.site.tls,
            path=options.site.path,
        )
        await site.start()
        stack.push_async_callback(site.stop)
        target = await stack.enter_async_context(opened(options.target, client))
        own_urls = (origin.url for origin in site.origins.values())
        care.allowed = AllowedHosts.of(target.hosts, target.root, own_urls)
        chromium = Chromium()
        stack.push_async_callback(chromium.close)
        driver = _driver(options, chromium)
        yield Environment(options, client, site, target, chromium, driver, grants)


def check_options(options: RunOptions) -> None:
    """Check the options before anything is started.

    Raises:
        AuthoringError: when a run with these options is impossible.
    """
    check_name(options.target.named)
    trust_of(options.ca)
    stored_grants(options.grant, options.target.named)
    _driver(options, Chromium())
    if options.site.tls:
        options.site.tls.context()
    if options.examples_database is not None:
        check_examples_database(options.examples_database)


def _doors(site: SiteOptions, grants: Iterable[StoredGrant]) -> tuple[SiteAddress, SiteAddress]:
    """A grant belongs to an origin, so badges must come from the port where it was given.

    A second grant for the same target is given there, too.
    """
    first, second = site.addresses
    ports = [grant.port for grant in grants]
    if not ports or first.listening_port:
        return site.addresses
    return evolve(first, port=ports[0]), second


def _driver(options: RunOptions, chromium: Chromium) -> ChromiumDriver | None:
    if not options.in_chromium:
        return None
    if chromium.missing is not None:
        raise AuthoringError(f"browser: {chromium.missing}")
    own_tls = options.ca is not None or options.site.tls is not None
    return ChromiumDriver(chromium, trusts_anything=own_tls)
