"""The process of an adapter: sends one call at a time and reads its reply within a time limit."""

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
SHOWN_LINES = 5
"""How many of the last lines of standard error are shown."""
LONGEST_SHOWN = 300
"""Maximum length of such a line in characters."""
GOODBYE_SECONDS = 3.0
"""Time limit for the process to exit after its input was closed."""


@frozen
class Streams:
    """Standard input, output and error of the process."""

    calls: asyncio.StreamWriter
    replies: asyncio.StreamReader
    errors: asyncio.StreamReader


@define
class Channel:
    """An adapter that has started.

    Problems with it are configuration errors, not failures of the target. They are reported like
    those of the preflight: what was tried, what came back, what to do.
    """

    name: str
    """As the user named it."""
    seconds: float
    """The time limit of a call."""
    process: Process
    streams: Streams
    methods: frozenset[str] = frozenset()
    """The methods that it implements."""
    has_started: bool = False
    """Whether it started the Backpack, and must stop it."""
    last_lines: deque[str] = field(factory=lambda: deque(maxlen=SHOWN_LINES))
    failure: PreflightError | None = None
    """Why it is no longer called: it exited, hangs, or violates the protocol."""
    _calls: int = 0
    _turn: asyncio.Lock = field(factory=asyncio.Lock)

    async def call(self, method: str, **arguments: Any) -> Any:
        """Call a method and return its result.

        Raises:
            PreflightError: when it fails, returns an invalid result, takes too long, or exited.
        """
        async with self._turn:
            tried = f"{method}() of the adapter {self.name}"
            if self.failure is not None:
                raise evolve(self.failure, tried=tried)
            self._calls += 1
            with contextlib.suppress(ConnectionError):  # reading the reply reports that it exited
                self.streams.calls.write(call(self._calls, method, arguments))
                await self.streams.calls.drain()
            reply = await self._read(tried, "reply")
            if reply["id"] != self._calls:
                wrong = f"a reply to call {reply['id']}, not {self._calls}"
                raise await self._disable(tried, wrong)
            if "error" in reply:
                raise await self.call_error(tried, reply["error"])
            try:
                check_result(method, reply["result"])
            except InvalidMessage as error:
                raise await self.call_error(tried, str(error)) from None
            self.has_started |= method == "start"
            return reply["result"]

    async def read_hello(self) -> None:
        """Read the methods of the adapter.

        Raises:
            PreflightError: when it does not send them.
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
            raise await self._disable(tried, f"no reply within {self.seconds:g} seconds") from None
        except InvalidMessage as error:
            raise await self._disable(tried, str(error)) from None
        except ValueError:
            longest = f"a line of more than {LONGEST_LINE} bytes"
            raise await self._disable(tried, longest) from None
        raise await self._disable(tried, await self._exit_reason())

    async def _disable(self, tried: str, came_back: str) -> PreflightError:
        """Like ``call_error``, but the adapter is not called again."""
        self.failure = await self.call_error(tried, came_back)
        return self.failure

    async def _exit_reason(self) -> str:
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                return f"the adapter exited with code {await self.process.wait()}"
        except TimeoutError:
            return "the adapter closed its output"

    async def call_error(self, tried: str, came_back: str) -> PreflightError:
        """The error of a failed call, with the last output of the adapter."""
        await asyncio.sleep(0.05)  # its last output arrives on another pipe
        output = "\n".join(f"    {line}" for line in self.last_lines)
        detail = f"Its last output:\n{output}" if output else "It wrote nothing to standard error."
        advice = f"Fix the adapter; `backpack-conformance adapter` tries its methods. {detail}"
        return PreflightError(tried, came_back, advice)

    async def listen(self) -> None:
        """Store the last lines of its standard error."""
        while True:
            try:
                line = await self.streams.errors.readline()
            except ValueError:  # the line exceeds the limit of the stream
                continue
            if not line:
                return
            self.last_lines.append(line.decode(errors="replace").rstrip()[:LONGEST_SHOWN])

    async def close(self) -> None:
        """Stop the Backpack and the adapter; kill its process group if necessary."""
        must_stop = self.has_started and "stop" in self.methods and self.failure is None
        if must_stop and self.process.returncode is None:
            with contextlib.suppress(PreflightError):
                await self.call("stop")
        self.streams.calls.close()
        if self.failure is None:
            await self._wait_for_exit()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self._wait_for_exit()

    async def _wait_for_exit(self) -> None:
        """Wait for its exit and drain its output, as asyncio waits forever for a full pipe."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await asyncio.gather(self.process.wait(), _drained(self.streams.replies))


async def _drained(stream: asyncio.StreamReader) -> None:
    while await stream.read(CHUNK):
        pass


def _streams(process: Process) -> Streams:
    calls, replies, errors = process.stdin, process.stdout, process.stderr
    if calls is None or replies is None or errors is None:
        raise HarnessError("a process has no pipes")
    return Streams(calls, replies, errors)


@asynccontextmanager
async def opened(name: str, command: Sequence[str], seconds: float) -> AsyncIterator[Channel]:
    """An adapter, while the block runs.

    Raises:
        PreflightError: when it cannot be started, or does not send its methods.
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
        await channel.read_hello()
        yield channel
    finally:
        await channel.close()
        await _finish(listening)


async def _finish(listening: asyncio.Task[None]) -> None:
    """Wait for the end of its output, but not for a child process that holds the pipe open."""
    done, _ = await asyncio.wait([listening], timeout=GOODBYE_SECONDS)
    if not done:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
