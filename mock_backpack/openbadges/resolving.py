"""From names of hosts to addresses that the mock may connect to."""

import socket

from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult

from mock_backpack.core.fetching import FetchPolicy, address_of


class Denied(OSError):
    """A host that may not be fetched from, because of an address that it has."""


class Resolver(ThreadedResolver):
    """The system's resolver; a name with one address that is not allowed is refused as a whole."""

    def __init__(self, policy: FetchPolicy) -> None:
        super().__init__()
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host.

        Raises:
            Denied: when the policy does not allow one of them.
            OSError: when the host has none.
        """
        hosts = await super().resolve(host, port, family)
        for result in hosts:
            place = address_of(result["host"])
            if place is not None and not self._policy.allows_address(host, place):
                raise Denied(f"{host} at {place}")
        return hosts
