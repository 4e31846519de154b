"""Gets what issuers host, from where our policy lets us."""

import socket
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urljoin

from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.httputil import HTTPInputError
from tornado.netutil import DefaultLoopResolver
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from tests.miniatures.ornate.addresses import absolute, origin_of
from tests.miniatures.ornate.refused import Refused

LARGEST = 512 * 1024  # bytes
PATIENCE = 8.0  # seconds for one document
FARTHEST = 4  # redirects
ACCEPT = "application/json, image/png, image/svg+xml, */*;q=0.1"


class Doorman(DefaultLoopResolver):
    """Knows no address but those of some networks."""

    def initialize(self, networks: tuple[str, ...]) -> None:
        self.networks = [ip_network(network) for network in networks]

    async def resolve(
        self, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[tuple[int, Any]]:
        found = await super().resolve(host, port, family)
        open_to_us = [one for one in found if self.lets_in(one[1][0])]
        if not open_to_us:
            raise OSError("out of bounds")
        return open_to_us

    def lets_in(self, address: str) -> bool:
        return any(ip_address(address) in network for network in self.networks)


class Library:
    """Documents by their addresses, each read anew."""

    def __init__(self, doorman: Doorman) -> None:
        self.client = SimpleAsyncHTTPClient(
            force_instance=True, max_clients=64, resolver=doorman, max_body_size=self.largest()
        )

    def largest(self) -> int:
        return LARGEST

    def close(self) -> None:
        self.client.close()

    async def read(self, address: str) -> bytes:
        """The bytes at an address, after its redirects."""
        where = address
        for _ in range(FARTHEST + 1):
            answer = await self.ask(where)
            if answer.code == 200:
                return answer.body
            if answer.code not in (301, 302, 303, 307, 308) or "Location" not in answer.headers:
                raise Refused(424, f"{address} answers with {answer.code}.")
            try:
                where = urljoin(where, answer.headers["Location"])
            except ValueError:
                raise Refused(424, f"{address} leads to something that is no address.") from None
        raise Refused(424, f"{address} leads nowhere: there are more than {FARTHEST} redirects.")

    async def ask(self, address: str) -> HTTPResponse:
        if origin_of(address) is None:
            raise Refused(424, "There is an address that is not one of the web.")
        request = HTTPRequest(
            absolute(address),
            headers={"Accept": ACCEPT},
            user_agent="ornate",
            follow_redirects=False,
            decompress_response=False,
            connect_timeout=PATIENCE,
            request_timeout=PATIENCE,
        )
        try:
            return await self.client.fetch(request, raise_error=False)
        except (HTTPClientError, HTTPInputError, OSError, ValueError):
            raise Refused(424, f"{address} cannot be read.") from None
