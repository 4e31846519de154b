"""Protection of live targets: the rate and number of requests, and the hosts they may go to."""

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
"""After waiting in vain this many times, limited requests fail at once until one succeeds."""


@frozen
class AllowedHosts:
    """The hosts to which requests may be sent."""

    hosts: frozenset[str]
    """Hosts of the target, at any port: pages and API may be at two."""
    sites: frozenset[tuple[str, int]] = frozenset()
    """The issuer site, by host and port; other services of this machine are not allowed."""

    @classmethod
    def of(cls, hosts: Iterable[str], root: str, sites: Iterable[str]) -> "AllowedHosts":
        """A target with these hosts besides that of its root, and our own sites."""
        site_places = frozenset(place for place in map(_place, sites) if place)
        return cls(frozenset(hosts) | hosts_of(root), site_places)

    def includes(self, url: str) -> bool:
        """Whether a request to this URL is allowed."""
        place = _place(url)
        return place is not None and (place[0] in self.hosts or place in self.sites)


@define
class Throttle:
    """What a run may send, and what it has sent."""

    rate: float | None = None
    """The maximum number of requests per second."""
    most: int | None = None
    """The maximum number of requests in the run."""
    allowed: AllowedHosts | None = None
    """``None`` until the address of the target is known."""
    sent: int = 0
    _free_at: float = 0.0
    """When the next request may be sent, in the time of the event loop."""
    _in_vain: int = 0

    def check(self, url: str) -> None:
        """Check that a request to a URL is allowed; an unusable URL is no risk.

        Raises:
            NotProvoked: when its host is neither the target's nor our own.
        """
        place = _place(url)
        if self.allowed is not None and place is not None and not self.allowed.includes(url):
            host, port = place
            raise NotProvoked(
                f"no request was sent to {host!r} (port {port}): it is not a host of the target; "
                f"allow it with --host {host}"
            )

    async def wait(self, limit: Limit, tries: int) -> None:
        """Delay all requests until a rate limit of the target may be over.

        Raises:
            Limited: when that would take too long, or after too many tries.
        """
        seconds = seconds_to_wait(limit, tries)
        if seconds is None or tries >= MOST_TRIES or self._in_vain >= MOST_IN_VAIN:
            self._in_vain += 1
            raise limited(limit)
        self._free_at = max(self._free_at, asyncio.get_running_loop().time() + seconds)

    def went_through(self) -> None:
        """Record that the target did not limit a request."""
        self._in_vain = 0

    @property
    def is_used_up(self) -> bool:
        """Whether the maximum number of requests is reached."""
        return self.most is not None and self.sent >= self.most

    async def turn(self) -> None:
        """Wait for the turn of the next request.

        Raises:
            NotProvoked: when the maximum number of requests is reached.
        """
        if self.is_used_up:
            raise NotProvoked(f"the limit of {self.most} requests (--requests) is reached")
        self.sent += 1
        now = asyncio.get_running_loop().time()
        at = max(now, self._free_at)
        if self.rate is not None:
            self._free_at = at + 1 / self.rate
        if at > now:
            await asyncio.sleep(at - now)


def _place(url: str) -> tuple[str, int] | None:
    """Host and port of a URL; ``None`` if the URL is unusable."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None


def hosts_of(url: str) -> frozenset[str]:
    """The host of a URL; for this machine, all of its usual names."""
    place = _place(url)
    if place is None:
        return frozenset()
    hosts = frozenset({place[0]})
    return hosts | THIS_MACHINE if is_here(place[0]) else hosts


def is_here(host: str) -> bool:
    """Whether a host is localhost or a loopback address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
