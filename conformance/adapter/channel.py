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

from attrs import define, field, frozen

from conformance.adapter.messages import Rubbish, call, check_result, read
from conformance.values.errors import HarnessError, PreflightError

LONGEST_LINE = 16 * 1024 * 1024
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
    _calls: int = 0
    _turn: asyncio.Lock = field(factory=asyncio.Lock)

    async def call(self, method: str, **arguments: Any) -> Any:
        """What a method gives back.

        Raises:
            PreflightError: when it fails, gives rubbish, takes too long, or has ended.
        """
        async with self._turn:
            self._calls += 1
            tried = f"{method}() of the adapter {self.name}"
            with contextlib.suppress(ConnectionError):  # that it has ended shows when we read
                self.streams.calls.write(call(self._calls, method, arguments))
                await self.streams.calls.drain()
            reply = await self._read(tried, "reply")
            if reply["id"] != self._calls:
                raise await self.trouble(tried, f"a reply to call {reply['id']}, not {self._calls}")
            if "error" in reply:
                raise await self.trouble(tried, reply["error"])
            try:
                check_result(method, reply["result"])
            except Rubbish as error:
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
            raise await self.trouble(tried, f"nothing within {self.seconds:g} seconds") from None
        except Rubbish as error:
            raise await self.trouble(tried, str(error)) from None
        except ValueError:
            longest = f"a line of more than {LONGEST_LINE} bytes"
            raise await self.trouble(tried, longest) from None
        raise await self.trouble(tried, await self._ending())

    async def _ending(self) -> str:
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                return f"the adapter has ended with exit code {await self.process.wait()}"
        except TimeoutError:
            return "the adapter has closed its output"

    async def trouble(self, tried: str, came_back: str) -> PreflightError:
        """What is told of a call that went wrong, with the adapter's own last words."""
        await asyncio.sleep(0.05)  # its last words come on another pipe
        said = "\n".join(f"    {line}" for line in self.last_lines)
        words = f"It wrote last:\n{said}" if said else "It wrote nothing to its standard error."
        advice = f"Mend the adapter; `backpack-conformance adapter` tries its methods. {words}"
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
        if self.has_started and "stop" in self.methods and self.process.returncode is None:
            with contextlib.suppress(PreflightError):
                await self.call("stop")
        self.streams.calls.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()


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
            "Give a program that is there, such as --adapter-command 'node adapter.js'.",
        ) from None
    channel = Channel(name, seconds, process, _streams(process))
    listening = asyncio.create_task(channel.listen())
    try:
        await channel.greet()
        yield channel
    finally:
        await channel.close()
        await listening
