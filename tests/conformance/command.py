"""Run our commands as a user does: in a process of their own."""

import atexit
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import frozen

HANGS = 600.0
"""Seconds after which a command has hung: a whole run takes a minute on a busy machine."""

READY = get_context("forkserver")
READY.set_forkserver_preload(["tests.conformance.ready"])


@frozen
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def unfolded() -> dict[str, str]:
    """The environment without a width of the terminal, to which commands would fold their text."""
    return {name: value for name, value in os.environ.items() if name != "COLUMNS"}


def run_command(
    *words: str,
    module: str = "conformance",
    cwd: Path | None = None,
    timeout: float = HANGS,
    is_new: bool = False,
) -> Ended:
    """Run ``backpack-conformance`` (or the mock's command) to its end.

    Its process is forked from one that has imported and read what each command imports and reads:
    that takes two seconds of a processor, hundreds of times. ``tests/test_distribution.py`` and
    ``tests/test_site.py`` run the installed command. ``is_new`` starts Python anew, for what is
    read from the environment at import.
    """
    if is_new:
        return _anew(module, words, cwd, timeout)
    with started_command(*words, module=module, cwd=cwd) as running:
        return running.ended(timeout)


@contextmanager
def started_command(
    *words: str, module: str = "conformance", cwd: Path | None = None
) -> Iterator["Running"]:
    """The same while it runs; it is killed when the test leaves it running."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        out.touch()
        err.touch()
        where = (str(cwd or Path.cwd()), _environment(), (str(out), str(err)))
        process = READY.Process(target=_run, args=(module, words, *where))
        process.start()
        try:
            yield Running(process, out, err)
        finally:
            if process.is_alive():
                process.kill()
            process.join()


@frozen
class Running:
    """A command that runs, and the files that get what it prints."""

    process: Any
    out: Path
    err: Path

    def ended(self, timeout: float) -> Ended:
        """How it ended, once it has.

        Raises:
            TimeoutExpired: when it does not in time.
        """
        self.process.join(timeout)
        if self.process.is_alive():
            raise subprocess.TimeoutExpired("a command", timeout)
        printed = [file.read_text(encoding="utf-8") for file in (self.out, self.err)]
        return Ended(self.process.exitcode, *printed)

    def interrupted(self, timeout: float = HANGS) -> Ended:
        """How it ended after Ctrl+C."""
        os.kill(self.process.pid, signal.SIGINT)
        return self.ended(timeout)


def _environment() -> dict[str, str]:
    return {**unfolded(), "NO_COLOR": "1", "CI": "true"}


def _anew(
    module: str,
    words: Sequence[str],
    cwd: Path | None,
    timeout: float,
) -> Ended:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        env=_environment(),
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def _run(
    module: str, words: list[str], cwd: str, environment: Mapping[str, str], files: tuple[str, str]
) -> None:
    """Be the process of a command, as after ``python -m``."""
    for number, file in enumerate(files, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
    sys.stdout, sys.stderr = (
        open(number, "w", encoding="utf-8", buffering=size, closefd=False)  # noqa: SIM115
        for number, size in ((1, -1), (2, 1))
    )
    sys.stdin = open(os.dup2(os.open(os.devnull, os.O_RDONLY), 0), closefd=False)  # noqa: SIM115
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    if not sys.flags.safe_path:
        sys.path.insert(0, cwd)
    sys.argv = [module, *words]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
