"""One command of a user: run with an environment, its output kept, killed with its children."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from attrs import frozen

from conformance.core.errors import AuthoringError

TOKEN = re.compile(
    r"((?:Bearer|Basic)\s+|(?:access|refresh)_token[\"']?\s*(?:=>?|:)\s*[\"']?)[^\s\"'&,;]+",
    re.IGNORECASE,
)
"""What stands before a token, and the token."""
DRAIN = 2.0
"""Seconds for what a command has written and is not in its log yet."""
LONGEST_LINE = 4096
"""Bytes."""
SHOWN_LINES = 12
SHOWN_LENGTH = 300
SHOWN_BYTES = 64 * 1024
"""Lines of a command's output that are shown when it went wrong."""


@frozen
class Ended:
    """How a command ended."""

    seconds: float
    code: int | None
    """``None`` when it was killed because it did not end."""
    log: Path
    """All of its output."""
    complaint: str = ""
    """The first line that it wrote to standard error."""

    @property
    def trouble(self) -> str:
        """Why what was heard of it means little; ``""`` when it ended well."""
        if self.code == 0:
            return ""
        if self.code is None:
            return f"the command did not end within {self.seconds:.0f} s, and was killed"
        if self.code < 0:
            return f"the command was ended by {signal.Signals(-self.code).name}"
        return f"the command ended with exit code {self.code}"

    @property
    def silent_trouble(self) -> str:
        """The same for a command that asked the API for nothing."""
        nothing = "the command sent nothing to the API"
        if self.code is None:
            return f"{nothing}, did not end within {self.seconds:.0f} s, and was killed"
        if self.code < 0:
            return f"{nothing}, and was ended by {signal.Signals(-self.code).name}"
        return f"{nothing}, and ended with exit code {self.code}" if self.code else ""

    def shown(self) -> list[str]:
        """The first line of standard error, which often says why, and the last lines of all.

        Standard error is copied beside standard output, so its first line may stand anywhere.
        """
        first, lines = _shortened(self.complaint), self._lines()
        if not first or len(lines) <= SHOWN_LINES:
            return lines[-SHOWN_LINES:]
        others = [line for line in lines if line != first]
        return [first, "…", *others[-SHOWN_LINES:]]

    def _lines(self) -> list[str]:
        """The lines at the end of the log."""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - SHOWN_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        return list(map(_shortened, lines))


def _shortened(line: str) -> str:
    """A line as it may stand on a terminal: bounded, and without tokens."""
    line = TOKEN.sub(r"\1«hidden»", line)
    return f"{line[:SHOWN_LENGTH]}…" if len(line) > SHOWN_LENGTH else line


class Processes:
    """The processes that a run has started and that have not ended yet."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], timeout: float, log: Path
    ) -> Ended:
        """Run a command to its end; what it leaves of its process group is killed.

        Raises:
            AuthoringError: when there is no such command.
        """
        started = time.perf_counter()
        with log.open("wb") as stream:
            process = _started(command, environment, stream)
            self._running.add(process)
            errors = _Errors(process, stream)
            try:
                code: int | None = process.wait(timeout)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _kill_group(process)
                self._running.discard(process)
                errors.join(DRAIN)
        return Ended(time.perf_counter() - started, code, log, errors.first)

    def kill(self) -> None:
        """End all of them, with their children."""
        for process in tuple(self._running):
            _kill_group(process)


class _Errors(threading.Thread):
    """Copies a process's standard error into its log, and keeps the first line."""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
        super().__init__(daemon=True, name="standard error of a command")
        self.first = ""
        self._process = process
        self._log = os.fdopen(os.dup(log.fileno()), "wb", buffering=0)
        self.start()

    def run(self) -> None:
        """Copy until nobody holds the other end any more."""
        assert self._process.stderr is not None  # noqa: S101 - asked for as a pipe
        with self._process.stderr as stream, self._log as log:
            while piece := stream.readline(LONGEST_LINE):
                self.first = self.first or piece.decode(errors="replace").strip()
                log.write(piece)


def _started(
    command: Sequence[str], environment: Mapping[str, str], stream: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - the user's own command
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise AuthoringError(f"cannot run {command[0]!r}: {error.strerror}") from error


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
