"""The live page: a sandbox's journal, rules and clock in a browser, as they change."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from aiohttp import web
from attrs import define, field

from mock_backpack.control.call import AdminCall
from mock_backpack.control.hearing import AT_ONCE, MOST
from mock_backpack.core.assets import asset
from mock_backpack.core.entry import Entry
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.core.strict_json import json_bytes
from mock_backpack.http.wire import SERVER

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
LOOK_SECONDS = 0.5
"""How often a stream looks for what wakes nobody: rules, the clock, a client that has gone."""
GATHER_SECONDS = 0.05
"""Events within this time are sent together."""
COMMENT_SECONDS = 15.0
"""How long a stream is silent at most."""


async def page(_call: AdminCall) -> web.Response:
    """``GET /_mock/``."""
    return _asset("live.html", "text/html")


async def style(_call: AdminCall) -> web.Response:
    """``GET /_mock/live.css``."""
    return _asset("live.css", "text/css")


async def script(_call: AdminCall) -> web.Response:
    """``GET /_mock/live.js``."""
    return _asset("live.js", "text/javascript")


def _asset(name: str, content_type: str) -> web.Response:
    return web.Response(text=asset(name), content_type=content_type, headers=HEADERS)


async def events(call: AdminCall) -> web.StreamResponse:
    """``GET /_mock/events``: what happens in the sandbox, as server-sent events.

    ``exchange`` is an entry of the journal after number ``since``, once it is answered; ``rules``
    and ``clock`` come at the start and after every change.
    """
    news = News(call.sandbox, call.number("since", 0, 0, MOST))
    headers = {**HEADERS, "Content-Type": "text/event-stream", "Server": SERVER}
    response = web.StreamResponse(headers=headers)
    try:
        await response.prepare(call.request)
        await _send_events(call, news, response)
        await response.write_eof()
    except ConnectionError:
        pass  # the client has gone, and nobody else waits for the answer
    return response


async def _send_events(call: AdminCall, news: "News", response: web.StreamResponse) -> None:
    sandbox, now = call.sandbox, asyncio.get_running_loop().time
    written_at = now()
    with sandbox.journal.listening() as grown:
        while call.request.transport is not None and not sandbox.stopping.is_set():
            grown.clear()
            for number, event in enumerate(news.take(), start=1):
                await response.write(event)
                written_at = now()
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)
            if now() - written_at >= COMMENT_SECONDS:
                await response.write(b": nothing new\n\n")
                written_at = now()
            if call.sandboxes.find(sandbox.name) is not sandbox:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(grown.wait(), LOOK_SECONDS)
            await asyncio.sleep(GATHER_SECONDS)


@define(eq=False)
class News:
    """The events of a sandbox that one client has not received yet."""

    sandbox: Sandbox
    since: int
    """All entries up to this number have been sent."""
    _sent: set[int] = field(factory=set)
    """Higher numbers that have been sent; the entries between are still in flight."""
    _rules: Any = None
    _clock: Any = None

    def take(self) -> Iterator[bytes]:
        """The events that are due."""
        counted, spelling = self.sandbox.journal.attempts(), self.sandbox.spelling
        # an entry may have made room for others before its turn comes
        for entry, attempt in [
            (exchange, counted.of(exchange.number)) for exchange in self._exchanges()
        ]:
            yield _event("exchange", spelling.of(entry, attempt), entry.number)
        rules = [rule.to_wire() for rule in self.sandbox.rules]
        if rules != self._rules:
            self._rules = rules
            yield _event("rules", json_bytes({"rules": rules}))
        clock = self.sandbox.clock
        state = (clock.is_frozen, clock.now() if clock.is_frozen else clock.ahead)
        if state != self._clock:
            self._clock = state
            yield _event("clock", json_bytes({"now": clock.now(), "frozen": clock.is_frozen}))

    def _exchanges(self) -> list[Entry]:
        journal = self.sandbox.journal
        newer = journal.after(self.since)
        due = [entry for entry in newer if entry.is_done and entry.number not in self._sent]
        in_flight = next((entry.number for entry in newer if not entry.is_done), None)
        self.since = max(self.since, journal.last_number) if in_flight is None else in_flight - 1
        numbers = self._sent.union(entry.number for entry in due)
        self._sent = {number for number in numbers if number > self.since}
        return due


def _event(kind: str, data: bytes, number: int | None = None) -> bytes:
    identifier = "" if number is None else f"id: {number}\n"
    return f"event: {kind}\n{identifier}data: ".encode() + data + b"\n\n"
