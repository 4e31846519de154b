"""The hooks of a target that has an adapter."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define

from conformance.target.adapter.channel import Channel
from conformance.target.hooks import WaitingHooks

GIVES = {"advance": "clock", "badges": "badges", "grant": "scopes"}
"""From a method of an adapter to the capability that it is."""


@define
class AdapterHooks:
    """What the adapter can do; what it cannot is as without one."""

    channel: Channel
    without: WaitingHooks

    @property
    def capabilities(self) -> frozenset[str]:
        """What the adapter offers, and waiting."""
        given = {GIVES[name] for name in self.channel.methods if name in GIVES}
        return self.without.capabilities | given

    async def advance(self, seconds: float) -> None:
        """Let time pass, or wait."""
        if "advance" in self.channel.methods:
            await self.channel.call("advance", seconds=seconds)
        else:
            await self.without.advance(seconds)

    async def badges(self, email: str) -> list[dict[str, Any]]:
        """The badges that an earner has."""
        found: list[dict[str, Any]] = await self.channel.call("badges", earner=email)
        return found

    async def grant(self, email: str, origin: str, scopes: Sequence[str]) -> dict[str, Any]:
        """A grant with just these scopes."""
        callback = f"{origin}/callback/of-the-adapter"
        told: dict[str, Any] = await self.channel.call(
            "grant", earner=email, callback=callback, scope=list(scopes)
        )
        return told

    async def revoke(self, email: str, origin: str) -> None:
        """Take back what an earner has granted to an origin."""
        await self.channel.call("revoke", earner=email, origin=origin)

    async def arm(self, rule: Mapping[str, Any]) -> None:
        """A real Backpack has no faults to arm."""
        await self.without.arm(rule)
