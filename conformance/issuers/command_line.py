"""One command of a user: run with an environment, its output kept, killed with its children."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from attrs import frozen

from conformance.values.errors import AuthoringError

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
    """Everything that it said."""

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

    def tail(self) -> list[str]:
        """The last lines that it said."""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - SHOWN_BYTES))
            lines = log.read().decode(errors="replace").splitlines()[-SHOWN_LINES:]
        return [f"{one[:SHOWN_LENGTH]}…" if len(one) > SHOWN_LENGTH else one for one in lines]


class Commands:
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
            try:
                code: int | None = process.wait(timeout)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _kill_group(process)
                self._running.discard(process)
        return Ended(time.perf_counter() - started, code, log)

    def kill(self) -> None:
        """End all of them, with their children."""
        for process in tuple(self._running):
            _kill_group(process)


def _started(
    command: Sequence[str], environment: Mapping[str, str], stream: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - the user's own command
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    except OSError as error:
        raise AuthoringError(f"cannot run {command[0]!r}: {error.strerror}") from error


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
