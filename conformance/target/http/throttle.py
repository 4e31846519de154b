"""Care for a live target: how fast, how much, and to whom anything is sent at all."""

import asyncio
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from attrs import define, frozen

from conformance.core.errors import NotProvoked
from conformance.target.http.limits import MOST_TRIES, Limit, limited, seconds_to_wait

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"http": 80, "https": 443}
MOST_IN_VAIN = 2
"""After so many limits that waiting did not lift, nobody waits any more until one is lifted."""


@frozen
class AllowedHosts:
    """Where requests may go."""

    hosts: frozenset[str]
    """Hosts of the target, at any port: pages and API may be at two."""
    sites: frozenset[tuple[str, int]] = frozenset()
    """The issuer site, by host and port: other services of this machine are nobody's business."""

    @classmethod
    def of(cls, hosts: Iterable[str], root: str, sites: Iterable[str]) -> "AllowedHosts":
        """To a target with these hosts beside that of its root, and to our own sites."""
        own = frozenset(place for place in map(_place, sites) if place)
        return cls(frozenset(hosts) | hosts_of(root), own)

    def includes(self, url: str) -> bool:
        """Whether a request to this URL may go out."""
        place = _place(url)
        return place is not None and (place[0] in self.hosts or place in self.sites)


@define
class Throttle:
    """What a run may send, and what it has sent so far."""

    rate: float | None = None
    """The most requests in a second."""
    most: int | None = None
    """The most requests in the run."""
    reach: AllowedHosts | None = None
    """``None`` until it is known where the target is."""
    sent: int = 0
    _free_at: float = 0.0
    """The moment, of the event loop, from which the next request may go out."""
    _in_vain: int = 0

    def check(self, url: str) -> None:
        """See whether anything may be sent to a URL; one that nobody can use is no risk.

        Raises:
            NotProvoked: when it is neither the target's nor our own.
        """
        place = _place(url)
        if self.reach is not None and place is not None and not self.reach.includes(url):
            host, port = place
            raise NotProvoked(
                f"no request was sent to {host!r} (port {port}): it is not a host of the target; "
                f"allow it with --host {host}"
            )

    async def wait(self, limit: Limit, tries: int) -> None:
        """Let all requests wait until a limit of the target may be over.

        Raises:
            Limited: when it would take too long, or was asked too often.
        """
        seconds = seconds_to_wait(limit, tries)
        if seconds is None or tries >= MOST_TRIES or self._in_vain >= MOST_IN_VAIN:
            self._in_vain += 1
            raise limited(limit)
        self._free_at = max(self._free_at, asyncio.get_running_loop().time() + seconds)

    def went_through(self) -> None:
        """Note that the target answered a request without a limit."""
        self._in_vain = 0

    async def turn(self) -> None:
        """Wait for the turn of the next request.

        Raises:
            NotProvoked: when there are to be no more.
        """
        if self.most is not None and self.sent >= self.most:
            raise NotProvoked(f"the limit of {self.most} requests (--requests) is reached")
        self.sent += 1
        now = asyncio.get_running_loop().time()
        at = max(now, self._free_at)
        if self.rate is not None:
            self._free_at = at + 1 / self.rate
        if at > now:
            await asyncio.sleep(at - now)


def _place(url: str) -> tuple[str, int] | None:
    """Host and port of a URL; ``None`` when nothing can be sent to it."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None


def hosts_of(url: str) -> frozenset[str]:
    """The host of a URL; this machine has three names, and more addresses."""
    place = _place(url)
    if place is None:
        return frozenset()
    own = frozenset({place[0]})
    return own | THIS_MACHINE if is_here(place[0]) else own


def is_here(host: str) -> bool:
    """Whether a host is this machine by its name or address alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
