"""What issuers host, fetched within bounds."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import ip_address, ip_network
from urllib import parse

from tests.miniatures.plain.answer import URL_SAFE, invalid, refusing
from tests.miniatures.plain.urls import origin_of, target_of

LIMIT = 1024 * 1024  # bytes of a document
BUDGET = 20.0  # seconds for all that one badge makes us fetch
HOPS = 5
REACHABLE = ("127.0.0.0/8", "::1/128")


@contextmanager
def watched(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Stops listening after a while: a peer that drips defeats any time-out of single reads."""

    def hang_up() -> None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RD)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Fetcher:
    """Gets what an issuer hosts, all that one badge needs within one budget of time."""

    def __init__(self, reachable: tuple[str, ...]) -> None:
        self.networks = [ip_network(one) for one in reachable]
        self.until = time.monotonic() + BUDGET

    def __call__(self, url: str) -> bytes:
        current = url
        for _ in range(1 + HOPS):
            with refusing(f"{url} cannot be fetched"):
                status, current, content = self.get(current)
            if status == HTTPStatus.OK:
                return content
            if status not in (301, 302, 303, 307, 308):
                raise invalid(f"{url} answers {status}, not 200")
        raise invalid(f"{url} redirects more than {HOPS} times")

    def get(self, url: str) -> tuple[int, str, bytes]:
        scheme, _, host = (origin_of(url) or "").partition("://")
        kind = {"http": HTTPConnection, "https": HTTPSConnection}.get(scheme)
        if kind is None:
            raise ValueError("no http(s) URL")
        with closing(kind(host, timeout=self.left())) as connection:
            connection._create_connection = self.connect  # http.client's only door for this
            connection.connect()
            with watched(connection.sock, self.left()):
                connection.request("GET", parse.quote(target_of(url), safe=URL_SAFE))
                answer = connection.getresponse()
                content = answer.read(LIMIT)
                if answer.read(1) or answer.length or not self.left():
                    raise ValueError("longer than the limit, or cut short")
                location = parse.urljoin(url, answer.headers.get("Location", ""))
                return answer.status, location, content

    def connect(self, address: tuple[str, int], timeout: float, _: object) -> socket.socket:
        """A connection to one of the host's addresses: what was looked at is what is called."""
        found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)
        allowed = [place[0] for *_, place in found if self.may_reach(str(place[0]))]
        if not allowed:
            raise ValueError("an address that is out of bounds")
        return socket.create_connection((allowed[0], address[1]), timeout)

    def may_reach(self, address: str) -> bool:
        return any(ip_address(address) in network for network in self.networks)

    def left(self) -> float:
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds
