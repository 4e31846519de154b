"""A target: where it is, who its earners are, what can be done to it from outside."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urljoin

from attrs import field, frozen

from conformance.core.errors import PreflightError
from conformance.target.adapter.hooks import AdapterHooks
from conformance.target.pages.reader import HeuristicReader, Reader


class Hooks(Protocol):
    """What a target lets us do besides talking to it as issuer and earner do."""

    @property
    def capabilities(self) -> frozenset[str]:
        """What it can do: ``clock``, ``badges``, ``scopes``, ``faults``."""

    async def advance(self, seconds: float) -> None:
        """Let time pass: ``clock``."""

    async def badges(self, email: str) -> list[dict[str, Any]]:
        """The badges that an earner has: ``badges``."""

    async def grant(self, email: str, origin: str, scopes: Sequence[str]) -> dict[str, Any]:
        """A grant with just these scopes, as a callback would be told it: ``scopes``."""

    async def arm(self, rule: Mapping[str, Any]) -> None:
        """Let the mock be wrong or troubled: ``faults``."""


@frozen
class PagePaths:
    """Paths of the pages below the root: the historical ones unless configured."""

    script: str = "issuer.js"
    access: str = "access"
    settings: str = "settings"


@frozen
class Target:
    """What is tested."""

    named: str
    """As the user named it."""
    root: str
    """Absolute URL with a trailing slash."""
    hooks: Hooks
    pages: PagePaths = field(factory=PagePaths)
    accounts: Mapping[str, str] = field(factory=dict)
    """From e-mail to password; when empty, any e-mail may log in."""
    reader: Reader = field(factory=HeuristicReader)
    """How its pages are read."""
    revoking: Sequence[Mapping[str, Any]] = ()
    """The recipe for its settings page, as the file has it; empty without one."""
    hosts: frozenset[str] = frozenset()
    """The hosts that belong to it, when there are more than that of its root."""
    product: str = ""
    """What it calls itself, with its version."""
    trouble: PreflightError | None = None
    """Why it cannot be tested, if that is known already."""

    @property
    def capabilities(self) -> frozenset[str]:
        """What scenarios may need of it."""
        several = {"second-earner"} if len(self.accounts) != 1 else set()
        always = {"grant", "deny", "issuer-site", "pages", "revoke", "cors"}
        return self.hooks.capabilities | always | several

    @property
    def revoker(self) -> AdapterHooks | None:
        """Who takes permissions back where nobody can do it at the pages."""
        hooks = self.hooks
        can = isinstance(hooks, AdapterHooks) and "revoke" in hooks.channel.methods
        return hooks if isinstance(hooks, AdapterHooks) and can else None

    def page(self, name: str) -> str:
        """The URL of a page: ``script``, ``access`` or ``settings``."""
        return urljoin(self.root, str(getattr(self.pages, name)))
