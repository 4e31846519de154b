"""The hooks of targets that have no adapter: none at all, waiting, or the mock's controls."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urljoin

from attrs import frozen

from conformance.core.errors import HarnessError, NotProvoked, TargetError
from conformance.core.exchange import Answer, Request, parsed
from conformance.target.http.client import Client

PROBE_SECONDS = 5.0
"""How long we wait to learn whether a target is a mock of ours."""


@frozen
class WaitingHooks:
    """No hooks: time passes by itself, and we wait as long as we are allowed to."""

    longest: float = 0.0
    """Seconds; 0 when nothing is waited for."""

    @property
    def capabilities(self) -> frozenset[str]:
        """A clock, when there is time to wait for it."""
        return frozenset({"clock"} if self.longest else ())

    async def advance(self, seconds: float) -> None:
        """Wait.

        Raises:
            NotProvoked: when it would take longer than allowed.
        """
        if seconds > self.longest:
            raise NotProvoked(
                f"{seconds:g} seconds must pass, but --wait-expiry allows only {self.longest:g}"
            )
        await asyncio.sleep(seconds)

    async def badges(self, email: str) -> list[dict[str, Any]]:
        """Nobody can tell from outside.

        Raises:
            NotProvoked: always.
        """
        raise NotProvoked(f"listing the badges of {email} needs an adapter")

    async def grant(self, email: str, origin: str, scopes: Sequence[str]) -> dict[str, Any]:
        """The document has one scope, and nobody can ask for fewer.

        Raises:
            NotProvoked: always.
        """
        raise NotProvoked(
            f"only an adapter can give {origin} a grant of {email} with scopes {scopes!r}"
        )

    async def arm(self, rule: Mapping[str, Any]) -> None:
        """A real Backpack has no faults to arm.

        Raises:
            NotProvoked: always.
        """
        raise NotProvoked(f"only the mock can enable {rule!r}")


@frozen
class MockControls:
    """The controls of a mock Backpack, under ``/_mock/`` of its root."""

    client: Client
    root: str
    capabilities: frozenset[str] = frozenset({"clock", "badges", "scopes", "faults"})

    async def advance(self, seconds: float) -> None:
        """Move the mock's clock."""
        await self._ask("POST", "_mock/clock", {"advance": seconds})

    async def badges(self, email: str) -> list[dict[str, Any]]:
        """What is in an earner's collection."""
        answer = await self._ask("GET", f"_mock/badges?{urlencode({'earner': email})}")
        found: list[dict[str, Any]] = answer["badges"]
        return found

    async def grant(self, email: str, origin: str, scopes: Sequence[str]) -> dict[str, Any]:
        """What a callback would have been told."""
        wanted = {"earner": email, "origin": origin, "scope": ",".join(scopes)}
        return await self._ask("POST", "_mock/grants", wanted)

    async def arm(self, rule: Mapping[str, Any]) -> None:
        """Arm a rule, until the run ends or it has acted as often as it says."""
        await self._ask("POST", "_mock/rules", rule)

    async def health(self) -> dict[str, Any] | None:
        """What the mock says of itself; ``None`` when the target is no mock of ours."""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                answer = await self._ask("GET", "_mock/health")
        except (HarnessError, TimeoutError):
            return None
        return answer if answer.get("name") == "mock-backpack" else None

    async def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        sent = b"" if body is None else json.dumps(body).encode()
        headers = (("Content-Type", "application/json"),) if sent else ()
        request = Request(method, urljoin(self.root, path), headers, sent)
        try:
            answer = await self.client.send(request)
            found = json.loads(answer.body) if answer.status in (200, 201) else None
        except (TargetError, ValueError) as error:
            raise HarnessError(f"the mock's admin API does not respond: {error}") from error
        if not isinstance(found, dict):
            raise HarnessError(
                f"the mock's admin API responded with {answer.status} to {path}{_said(answer)}"
            )
        return found


def _said(answer: Answer) -> str:
    """The controls' own words, which say what a rule of a scenario has wrong."""
    found = parsed(answer.body)
    message = found.get("message") if isinstance(found, dict) else None
    return f": {message}" if message else ""
