"""The protocol of the ways to get grants in a run."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from attrs import frozen

from conformance.scenario.language import Language
from conformance.scenario.model import Scenario


@frozen
class Invitation:
    """What a person needs to grant access by hand, and what becomes of it."""

    link: str
    """Where they log in and grant access."""
    redeem: Callable[[Mapping[str, Any]], Awaitable[Mapping[str, str]]]
    """From the parameters of the callback to the members of a stored grant that are the API's own.

    Raises `StepFailed` when they give no grant.
    """


class Granting(Protocol):
    """One way to get grants, chosen once before the first scenario."""

    @property
    def walks(self) -> bool:
        """Whether earners can walk through the pages of the target."""

    @property
    def out_of_reach(self) -> frozenset[str]:
        """Capabilities of the target that this way cannot use."""

    @property
    def only_earner(self) -> str | None:
        """The e-mail address of the only earner who can grant; ``None`` when anybody can."""

    def lacks(self, scenario: Scenario, language: Language, /) -> str:
        """Why a scenario cannot run in this way; ``""`` when it can."""

    def keep(self, tokens: Mapping[str, Any], /) -> None:
        """Store the tokens of an answer, if the next run needs them."""

    async def grant(self, state: Any, arguments: Mapping[str, Any], /) -> Any:
        """Do a step that asks an earner for access; returns a `StepResult`."""

    async def revoke(self, state: Any, arguments: Mapping[str, Any], /) -> Any:
        """Do a step in which an earner revokes access; returns a `StepResult`."""

    async def try_out(self, session: Any, wire: Any, earner: Any, /) -> Any:
        """Get a grant outside of any scenario."""
