"""Care for a live target: how fast, how much, and to whom anything is sent at all."""

import asyncio
from urllib.parse import urlsplit

from attrs import define

from conformance.values.errors import NotProvoked

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@define
class Care:
    """What a run may send, and what it has sent so far."""

    rate: float | None = None
    """The most requests in a second."""
    most: int | None = None
    """The most requests in the run."""
    hosts: frozenset[str] | None = None
    """Nothing is sent to any other; ``None`` until it is known which they are."""
    sent: int = 0
    _free_at: float = 0.0
    """The moment, of the event loop, from which the next request may go out."""

    def check(self, url: str) -> None:
        """See whether anything may be sent to the host of a URL.

        Raises:
            NotProvoked: when it is neither the target's nor our own.
        """
        host = _host(url)
        if self.hosts is not None and host not in self.hosts:
            raise NotProvoked(
                f"nothing is sent to {host or url!r}: it is not the target's host; "
                f"--host {host} says that it belongs to it"
            )

    async def turn(self) -> None:
        """Wait for the turn of the next request.

        Raises:
            NotProvoked: when there are to be no more.
        """
        if self.most is not None and self.sent >= self.most:
            raise NotProvoked(f"the {self.most} requests that --requests allows are used up")
        self.sent += 1
        if self.rate is not None:
            now = asyncio.get_running_loop().time()
            at = max(now, self._free_at)
            self._free_at = at + 1 / self.rate
            await asyncio.sleep(at - now)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def hosts_of(*urls: str) -> frozenset[str]:
    """The hosts of these URLs; this machine has three names."""
    found = frozenset(host for host in map(_host, urls) if host)
    return found | THIS_MACHINE if found & THIS_MACHINE else found
