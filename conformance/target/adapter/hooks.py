"""The hooks of a target that has an adapter."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define

from conformance.target.adapter.channel import Channel
from conformance.target.hooks import WaitingHooks

GIVES = {"advance": "clock", "badges": "badges", "grant": "scopes"}
"""From a method of an adapter to the capability that it provides."""


@define
class AdapterHooks:
    """Hooks of the adapter; without a method they behave as without an adapter."""

    channel: Channel
    without: WaitingHooks

    @property
    def capabilities(self) -> frozenset[str]:
        """The capabilities of the adapter, and those without it."""
        given = {GIVES[name] for name in self.channel.methods if name in GIVES}
        return self.without.capabilities | given

    async def advance(self, seconds: float) -> None:
        """Advance the time by the adapter, or else wait.

        Raises:
            PreflightError: when the adapter fails.
            NotProvoked: when the wait would exceed its limit.
        """
        if "advance" in self.channel.methods:
            await self.channel.call("advance", seconds=seconds)
        else:
            await self.without.advance(seconds)

    async def badges(self, email: str) -> list[dict[str, Any]]:
        """The badges of an earner.

        Raises:
            PreflightError: when the adapter fails.
        """
        badges: list[dict[str, Any]] = await self.channel.call("badges", earner=email)
        return badges

    async def grant(self, email: str, origin: str, scopes: Sequence[str]) -> dict[str, Any]:
        """The callback parameters of a grant with exactly these scopes.

        Raises:
            PreflightError: when the adapter fails.
        """
        callback = f"{origin}/callback/of-the-adapter"
        parameters: dict[str, Any] = await self.channel.call(
            "grant", earner=email, callback=callback, scope=list(scopes)
        )
        return parameters

    async def revoke(self, email: str, origin: str) -> None:
        """Revoke access of an origin to an earner's Backpack.

        Raises:
            PreflightError: when the adapter fails.
        """
        await self.channel.call("revoke", earner=email, origin=origin)

    async def arm(self, rule: Mapping[str, Any]) -> None:
        """Impossible: only the mock has faults to enable.

        Raises:
            NotProvoked: always.
        """
        await self.without.arm(rule)
