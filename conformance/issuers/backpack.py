"""What the pytest fixture ``backpack`` gives: a Backpack for one test, and the issuer's verdict."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from anyio.from_thread import start_blocking_portal
from attrs import frozen

from conformance.core.api import DEFAULT
from conformance.issuers.outcomes import Verdict
from conformance.target.mock import EARNER, IssuerGrant, MockClient, running_for_issuers

__tracebackhide__ = True
"""pytest shows none of this module's frames above a user's mistake."""

__all__ = ["EARNER", "Backpack", "Clock", "IssuerGrant", "Journal", "MockClient", "Verdict"]


@contextlib.contextmanager
def running_mock() -> Iterator[MockClient]:
    """A mock in a thread of its own, while the block runs; a client of it."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running_for_issuers()) as url,
        MockClient(url) as client,
    ):
        yield client


@frozen
class Clock:
    """The Backpack's clock: tokens expire by it, and ``Retry-After`` dates follow it."""

    _client: MockClient

    def now(self) -> float:
        """Its time in unix seconds."""
        return self._client.now()

    def advance(self, seconds: float) -> float:
        """Move it forward; its time then."""
        return self._client.advance(seconds)

    def set(self, time: float | str) -> float:
        """Put it to unix seconds, or to an ISO 8601 time; its time then."""
        return self._client.set_clock(time)

    def freeze(self) -> float:
        """Stop it; its time then."""
        return self._client.freeze()

    def resume(self) -> float:
        """Let it go on from where it stands; its time then."""
        return self._client.resume()


@frozen
class Journal:
    """What the Backpack heard and answered, oldest first; docs/mock.md describes its filters."""

    _client: MockClient

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._client.journal())

    def __len__(self) -> int:
        return len(self._client.journal())

    def of(self, **filters: str | int) -> list[dict[str, Any]]:
        """The exchanges that match all filters, such as ``endpoint="issue", status="4xx"``."""
        return self._client.journal(**filters)

    def wait(self, count: int = 1, timeout: float = 5, **filters: str | int) -> bool:
        """Wait until so many exchanges match, or ``timeout`` seconds; whether they do."""
        return bool(self._client.wait(count, timeout, **filters)["answer"] == "yes")

    def never(self, timeout: float = 0, **filters: str | int) -> bool:
        """Watch for ``timeout`` seconds; whether no exchange matches."""
        return bool(self._client.never(timeout, **filters)["answer"] == "yes")


class Backpack:
    """A Backpack of its own for one test; for the thread of the test."""

    def __init__(self, client: MockClient) -> None:
        self._client = client
        self._chosen = ""
        self.clock = Clock(client)
        self.journal = Journal(client)

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return self._client.url

    @property
    def issuer_js(self) -> str:
        """The script that defines ``OpenBadges.connect``."""
        return f"{self.url}/issuer.js"

    @property
    def access_url(self) -> str:
        """Where an issuer sends the earner, with ``callback`` and ``scope`` in the query."""
        return f"{self.url}/access"

    @property
    def tells(self) -> Mapping[str, str]:
        """What the situation tells an issuer, by the names of variables of its environment."""
        return self._client.tells

    def grant(self, origin: str, earner: str = EARNER, api: str = DEFAULT) -> IssuerGrant:
        """A grant without a browser, for an issuer's origin such as ``http://127.0.0.1:8080``."""
        return self._client.grant(earner, origin, api=api)

    def expire(self, grant: IssuerGrant) -> None:
        """Let the access token of a grant expire now."""
        self._client.expire(grant)

    def revoke(self, grant: IssuerGrant) -> None:
        """Let the earner take back all that the grant's origin may."""
        self._client.revoke(grant)

    def consent(
        self,
        answer: Literal["grant", "deny", "page"],
        earner: str = EARNER,
        times: int | None = None,
    ) -> None:
        """What the access page answers at once, for whom; ``page`` shows the page again."""
        self._client.consent(answer, earner, times)

    def arm(
        self,
        fault: str,
        *,
        endpoint: str | None = None,
        skip: int | None = None,
        count: int | None = None,
        **parameters: Any,
    ) -> str:
        """Arm a fault or a defect (docs/catalogue.md); the id of the rule.

        Args:
            fault: its name, such as ``http.unavailable``.
            endpoint: act there only, such as ``issue``.
            skip: so many matching requests pass first.
            count: act so often, and then no more.
            parameters: what can be chosen about this fault, such as ``retry_after=2``.
        """
        return self._client.arm(fault, endpoint=endpoint, skip=skip, count=count, **parameters)

    def badges(self, earner: str = EARNER) -> list[dict[str, Any]]:
        """What is in an earner's collection, oldest first."""
        return self._client.badges(earner)

    def situation(self, name: str) -> None:
        """Begin anew in a situation of docs/issuers.md, such as ``expired-token``."""
        self._client.enter(name)
        self._chosen = name

    def verdict(self) -> Verdict:
        """What the Backpack makes of the issuer, from what it heard until now."""
        return Verdict(self._client.verdict())

    def assert_issuer_conforms(self, *requirements: str) -> None:
        """Fail the test unless these requirements were put to the test, and passed.

        Without any: those that the chosen situation tests must have passed, no other MUST may have
        failed, and the issuer must have been heard. A SHOULD that failed beside them is a warning.

        Raises:
            AssertionError: with sentence, expected, saw and exchange of each that did not.
        """
        verdict = self.verdict()
        verdict.check(requirements, verdict.tests if self._chosen else ())
