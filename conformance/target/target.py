"""A target: its address, its earners, and the hooks that control it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urljoin

from attrs import field, frozen

from conformance.core.errors import PreflightError
from conformance.target.adapter.hooks import AdapterHooks
from conformance.target.pages.reader import HeuristicReader, Reader


class Hooks(Protocol):
    """What can be done to a target besides acting as issuer and earner."""

    @property
    def capabilities(self) -> frozenset[str]:
        """The capabilities: ``clock``, ``badges``, ``scopes``, ``faults``."""

    async def advance(self, seconds: float) -> None:
        """Advance the time (``clock``)."""

    async def badges(self, email: str) -> list[dict[str, Any]]:
        """The badges of an earner (``badges``)."""

    async def grant(self, email: str, origin: str, scopes: Sequence[str]) -> dict[str, Any]:
        """The callback parameters of a grant with exactly these scopes (``scopes``)."""

    async def arm(self, rule: Mapping[str, Any]) -> None:
        """Enable a defect or fault of the mock (``faults``)."""


@frozen
class PagePaths:
    """Paths of the pages below the root; the defaults are the historical paths."""

    script: str = "issuer.js"
    access: str = "access"
    settings: str = "settings"


@frozen
class Target:
    """The Backpack that is tested."""

    named: str
    """As the user named it."""
    root: str
    """Absolute URL with a trailing slash."""
    hooks: Hooks
    pages: PagePaths = field(factory=PagePaths)
    accounts: Mapping[str, str] = field(factory=dict)
    """From e-mail to password; if empty, any e-mail can log in."""
    reader: Reader = field(factory=HeuristicReader)
    """Reads its pages."""
    revoking: Sequence[Mapping[str, Any]] = ()
    """The revoke recipe from the file; empty without one."""
    dialog: Mapping[str, str] = field(factory=dict)
    """The selectors of the dialog of the Issuer API, from the file; empty without them."""
    hosts: frozenset[str] = frozenset()
    """Its hosts, if there are others besides that of its root."""
    product: str = ""
    """Name and version of the product, if known."""
    trouble: PreflightError | None = None
    """Why it cannot be tested, if already known."""

    @property
    def capabilities(self) -> frozenset[str]:
        """The capabilities that scenarios can use."""
        second_earner = {"second-earner"} if len(self.accounts) != 1 else set()
        always = {"grant", "deny", "issuer-site", "pages", "revoke", "cors"}
        return self.hooks.capabilities | always | second_earner

    @property
    def revoker(self) -> AdapterHooks | None:
        """The adapter hooks, if the adapter can revoke access."""
        hooks = self.hooks
        can_revoke = isinstance(hooks, AdapterHooks) and "revoke" in hooks.channel.methods
        return hooks if isinstance(hooks, AdapterHooks) and can_revoke else None

    def page(self, name: str) -> str:
        """The URL of a page: ``script``, ``access`` or ``settings``."""
        return urljoin(self.root, str(getattr(self.pages, name)))
