"""A load: connections that are kept, each sending its next request once it has an answer."""

import asyncio
import json
import re
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from aiohttp import web
from attrs import define, field, frozen

from benchmarks.documents import EARNER, documents_app

CONNECTIONS = 16
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
uids = count(1)

Sender: TypeAlias = Callable[[bytes], bytes]
"""From the body of the last answer, or nothing, to the next request."""


@define
class Run:
    """When a load ends, and how many answers it got."""

    seconds: float = 600.0
    most: int = sys.maxsize
    answers: int = 0
    began: float = field(factory=time.perf_counter)

    @property
    def rate(self) -> float:
        """Answers per second until now."""
        return self.answers / (time.perf_counter() - self.began)

    def is_over(self) -> bool:
        """Whether no more requests shall be sent."""
        return self.answers >= self.most or time.perf_counter() - self.began >= self.seconds


class Connection(asyncio.Protocol):
    """A connection that is kept: each answer lets the next request go."""

    transport: asyncio.Transport

    def __init__(self, sender: Sender, run: Run) -> None:
        self._sender, self._run = sender, run
        self._seen = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport = transport  # type: ignore[assignment]
        self.transport.write(self._sender(b""))

    def data_received(self, data: bytes) -> None:
        """Once an answer is complete, send the next request."""
        self._seen += data
        head, end, body = self._seen.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not end or (length and len(body) < int(length[1])):
            return
        self._seen = b""
        self._run.answers += 1
        if not head.startswith(b"HTTP/1.1 2"):
            self.transport.close()
            self.done.set_exception(RuntimeError(f"expected 2xx, saw {(head + body)!r}"))
            return
        following = self._sender(body)
        if self._run.is_over():
            self.transport.close()
            self.done.set_result(None)
        else:
            self.transport.write(following)


@frozen
class Load:
    """What drives the servers, and hosts the documents of the badges that it pushes.

    It never sleeps while it sends. To wake a processor costs the one who does it several
    microseconds on a virtual machine, and a server would pay that for each answer that comes late
    enough for the load to have fallen asleep: the slower of two would look slower than it is.
    """

    origin: str
    """Where the documents are."""
    _runner: asyncio.Runner

    def press(self, url: str, senders: Sequence[Sender], run: Run) -> float:
        """Send as fast as answers come, each sender on its own connection; answers per second."""
        return self.press_several([(url, sender) for sender in senders], run)

    def press_several(self, senders: Sequence[tuple[str, Sender]], run: Run) -> float:
        """The same, each sender at a server of its own."""
        return self._runner.run(_press(senders, run))


@contextmanager
def loading() -> Iterator[Load]:
    """A load and its documents."""
    with asyncio.Runner() as runner:
        site = web.AppRunner(documents_app(), access_log=None)
        runner.run(site.setup())
        runner.run(web.TCPSite(site, "127.0.0.1", 0).start())
        yield Load(f"http://127.0.0.1:{site.addresses[0][1]}", runner)
        runner.run(site.cleanup())


async def _press(senders: Sequence[tuple[str, Sender]], run: Run) -> float:
    loop = asyncio.get_running_loop()
    lines = []
    for url, sender in senders:
        host, port = urlsplit(url).netloc.split(":")
        made = partial(Connection, sender, run)
        lines.append((await loop.create_connection(made, host, int(port)))[1])
    answers = asyncio.gather(*(line.done for line in lines))
    while not answers.done():  # noqa: ASYNC110 - it is not to sleep
        await asyncio.sleep(0)
    await answers
    return run.rate


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request."""
    fields = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    if method == "GET":
        del fields["Content-Length"]
    if body:
        fields.setdefault("Content-Type", "application/json")
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def post(url: str, body: Any) -> Any:
    """One POST to a control."""
    headers = {"Content-Type": "application/json"}
    asked = Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - our own server
    with urlopen(asked) as answer:  # noqa: S310
        return json.load(answer)


def grants(mock: str, origin: str) -> list[Any]:
    """One grant for each connection."""
    asked = {"earner": EARNER, "origin": origin}
    return [post(f"{mock}/_mock/grants", asked) for _ in range(CONNECTIONS)]


def bearer(grant: Mapping[str, str]) -> str:
    """The Authorization header of a grant."""
    return f"Bearer {b64encode(grant['access_token'].encode()).decode()}"


def asking(grant: Mapping[str, str]) -> Sender:
    """Ask for the identity, again and again."""
    path = f"{urlsplit(grant['api_root']).path}/identity"
    message = request("GET", path, Authorization=bearer(grant))
    return lambda _body: message


def refreshing(grant: Mapping[str, str]) -> Sender:
    """Refresh with the refresh token that the last refresh gave."""
    token = grant["refresh_token"]

    def following(body: bytes) -> bytes:
        nonlocal token
        token = json.loads(body)["refresh_token"] if body else token
        asked = {"grant_type": "refresh_token", "refresh_token": token}
        return request("POST", "/api/token", json.dumps(asked).encode())

    return following


def pushing(grant: Mapping[str, str], documents: str) -> Sender:
    """Push badges that are all different."""
    authorization = bearer(grant)
    path = f"{urlsplit(grant['api_root']).path}/issue"

    def following(_body: bytes) -> bytes:
        asked = {"badge": f"{documents}/assertion/{next(uids)}"}
        return request("POST", path, json.dumps(asked).encode(), Authorization=authorization)

    return following
