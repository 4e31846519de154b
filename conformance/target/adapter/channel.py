"""The adapter's process: calls go in, replies come out, one after the other, each in time."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from attrs import define, evolve, field, frozen

from conformance.core.errors import HarnessError, PreflightError
from conformance.target.adapter.messages import InvalidMessage, call, check_result, read

LONGEST_LINE = 16 * 1024 * 1024
CHUNK = 64 * 1024
KEPT_LINES = 5
"""So many of the last lines of standard error are shown."""
LONGEST_SHOWN = 300
"""Characters of such a line."""
GOODBYE_SECONDS = 3.0
"""For ending by itself when its input has ended."""


@frozen
class Streams:
    """Standard input, output and error of the process."""

    calls: asyncio.StreamWriter
    replies: asyncio.StreamReader
    words: asyncio.StreamReader


@define
class Channel:
    """An adapter that has started.

    Whatever goes wrong with it is a matter of configuration and nobody's failure, so it is told as
    the preflight tells it: what was tried, what came back, what to do.
    """

    name: str
    """As the user named it."""
    seconds: float
    """The time limit of a call."""
    process: Process
    streams: Streams
    methods: frozenset[str] = frozenset()
    """What it can do."""
    has_started: bool = False
    """Whether it has started the Backpack, and is to stop it."""
    last_lines: deque[str] = field(factory=lambda: deque(maxlen=KEPT_LINES))
    lost: PreflightError | None = None
    """Why it is not asked any more: it has ended, hangs, or does not speak the protocol."""
    _calls: int = 0
    _turn: asyncio.Lock = field(factory=asyncio.Lock)

    async def call(self, method: str, **arguments: Any) -> Any:
        """What a method gives back.

        Raises:
            PreflightError: when it fails, gives rubbish, takes too long, or has ended.
        """
        async with self._turn:
            tried = f"{method}() of the adapter {self.name}"
            if self.lost is not None:
                raise evolve(self.lost, tried=tried)
            self._calls += 1
            with contextlib.suppress(ConnectionError):  # that it has ended shows when we read
                self.streams.calls.write(call(self._calls, method, arguments))
                await self.streams.calls.drain()
            reply = await self._read(tried, "reply")
            if reply["id"] != self._calls:
                wrong = f"a reply to call {reply['id']}, not {self._calls}"
                raise await self._given_up(tried, wrong)
            if "error" in reply:
                raise await self.trouble(tried, reply["error"])
            try:
                check_result(method, reply["result"])
            except InvalidMessage as error:
                raise await self.trouble(tried, str(error)) from None
            self.has_started |= method == "start"
            return reply["result"]

    async def greet(self) -> None:
        """Hear what the adapter can do.

        Raises:
            PreflightError: when it does not say.
        """
        hello = await self._read(f"start the adapter {self.name}", "hello")
        self.methods = frozenset(hello["methods"])

    async def _read(self, tried: str, kind: str) -> Any:
        try:
            async with asyncio.timeout(self.seconds):
                line = await self.streams.replies.readline()
            if line:
                return read(line, kind)
        except TimeoutError:
            raise await self._given_up(tried, f"no reply within {self.seconds:g} seconds") from None
        except InvalidMessage as error:
            raise await self._given_up(tried, str(error)) from None
        except ValueError:
            longest = f"a line of more than {LONGEST_LINE} bytes"
            raise await self._given_up(tried, longest) from None
        raise await self._given_up(tried, await self._ending())

    async def _given_up(self, tried: str, came_back: str) -> PreflightError:
        """The same as ``trouble``, of a process whose replies mean nothing from now on."""
        self.lost = await self.trouble(tried, came_back)
        return self.lost

    async def _ending(self) -> str:
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                return f"the adapter exited with code {await self.process.wait()}"
        except TimeoutError:
            return "the adapter closed its output"

    async def trouble(self, tried: str, came_back: str) -> PreflightError:
        """What is told of a call that went wrong, with the adapter's own last words."""
        await asyncio.sleep(0.05)  # its last words come on another pipe
        said = "\n".join(f"    {line}" for line in self.last_lines)
        words = f"Its last output:\n{said}" if said else "It wrote nothing to standard error."
        advice = f"Fix the adapter; `backpack-conformance adapter` tries its methods. {words}"
        return PreflightError(tried, came_back, advice)

    async def listen(self) -> None:
        """Keep the last lines of its standard error."""
        while True:
            try:
                line = await self.streams.words.readline()
            except ValueError:  # longer than anybody would read
                continue
            if not line:
                return
            self.last_lines.append(line.decode(errors="replace").rstrip()[:LONGEST_SHOWN])

    async def close(self) -> None:
        """Let it end, and see to it that it does, with all that it has started."""
        is_asked = self.has_started and "stop" in self.methods and self.lost is None
        if is_asked and self.process.returncode is None:
            with contextlib.suppress(PreflightError):
                await self.call("stop")
        self.streams.calls.close()
        if self.lost is None:
            await self._ended()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self._ended()

    async def _ended(self) -> None:
        """Wait for its end, and read what it still says: asyncio waits for a full pipe for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await asyncio.gather(self.process.wait(), _drained(self.streams.replies))


async def _drained(stream: asyncio.StreamReader) -> None:
    while await stream.read(CHUNK):
        pass


def _streams(process: Process) -> Streams:
    calls, replies, words = process.stdin, process.stdout, process.stderr
    if calls is None or replies is None or words is None:
        raise HarnessError("a process has no pipes")
    return Streams(calls, replies, words)


@asynccontextmanager
async def opened(name: str, command: Sequence[str], seconds: float) -> AsyncIterator[Channel]:
    """An adapter, while the block runs.

    Raises:
        PreflightError: when it cannot be started, or does not say what it can do.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=LONGEST_LINE,
            start_new_session=True,
        )
    except OSError as error:
        raise PreflightError(
            f"start the adapter {name}",
            f"{command[0]}: {error.strerror}",
            "Name an existing program, such as --adapter-command 'node adapter.js'.",
        ) from None
    channel = Channel(name, seconds, process, _streams(process))
    listening = asyncio.create_task(channel.listen())
    try:
        await channel.greet()
        yield channel
    finally:
        await channel.close()
        await _over(listening)


async def _over(listening: asyncio.Task[None]) -> None:
    """The end of its last words; a process that it left behind may hold the pipe open."""
    done, _ = await asyncio.wait([listening], timeout=GOODBYE_SECONDS)
    if not done:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
