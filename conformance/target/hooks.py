"""The hooks of targets without an adapter: waiting, or the admin API of the mock."""

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
"""Time limit for the check whether a target is a mock of this project."""


@frozen
class WaitingHooks:
    """No hooks except waiting for time to pass, up to a limit."""

    longest: float = 0.0
    """The longest wait in seconds; 0 to never wait."""

    @property
    def capabilities(self) -> frozenset[str]:
        """``clock`` if waiting is allowed."""
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
        """Impossible without an adapter.

        Raises:
            NotProvoked: always.
        """
        raise NotProvoked(f"listing the badges of {email} needs an adapter")

    async def grant(self, email: str, origin: str, scopes: Sequence[str]) -> dict[str, Any]:
        """Impossible without an adapter: the API document has only one scope.

        Raises:
            NotProvoked: always.
        """
        raise NotProvoked(
            f"only an adapter can give {origin} a grant of {email} with scopes {scopes!r}"
        )

    async def arm(self, rule: Mapping[str, Any]) -> None:
        """Impossible: only the mock has faults to enable.

        Raises:
            NotProvoked: always.
        """
        raise NotProvoked(f"only the mock can enable {rule!r}")


@frozen
class MockControls:
    """The admin API of a mock Backpack, below ``/_mock/`` of its root."""

    client: Client
    root: str
    capabilities: frozenset[str] = frozenset({"clock", "badges", "scopes", "faults"})

    async def advance(self, seconds: float) -> None:
        """Advance the mock's clock.

        Raises:
            HarnessError: when the admin API does not work.
        """
        await self._request("POST", "_mock/clock", {"advance": seconds})

    async def badges(self, email: str) -> list[dict[str, Any]]:
        """The badges of an earner.

        Raises:
            HarnessError: when the admin API does not work.
        """
        answer = await self._request("GET", f"_mock/badges?{urlencode({'earner': email})}")
        badges: list[dict[str, Any]] = answer["badges"]
        return badges

    async def grant(self, email: str, origin: str, scopes: Sequence[str]) -> dict[str, Any]:
        """The parameters that a callback would have received.

        Raises:
            HarnessError: when the admin API does not work.
        """
        body = {"earner": email, "origin": origin, "scope": ",".join(scopes)}
        return await self._request("POST", "_mock/grants", body)

    async def arm(self, rule: Mapping[str, Any]) -> None:
        """Enable a rule until the run ends or its count is used up.

        Raises:
            HarnessError: when the admin API does not work, or rejects the rule.
        """
        await self._request("POST", "_mock/rules", rule)

    async def health(self) -> dict[str, Any] | None:
        """The health of the mock; ``None`` if the target is not a mock of this project."""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                answer = await self._request("GET", "_mock/health")
        except (HarnessError, TimeoutError):
            return None
        return answer if answer.get("name") == "mock-backpack" else None

    async def _request(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        sent = b"" if body is None else json.dumps(body).encode()
        headers = (("Content-Type", "application/json"),) if sent else ()
        request = Request(method, urljoin(self.root, path), headers, sent)
        try:
            answer = await self.client.send(request)
            content = json.loads(answer.body) if answer.status in (200, 201) else None
        except (TargetError, ValueError) as error:
            raise HarnessError(f"the mock's admin API does not respond: {error}") from error
        if not isinstance(content, dict):
            raise HarnessError(
                f"the mock's admin API responded with {answer.status} to {path}{_detail(answer)}"
            )
        return content


def _detail(answer: Answer) -> str:
    """The message of the admin API, which explains what is wrong with a rule."""
    content = parsed(answer.body)
    message = content.get("message") if isinstance(content, dict) else None
    return f": {message}" if message else ""
