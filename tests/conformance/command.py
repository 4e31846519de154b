"""Run our commands as a user does: in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

from attrs import frozen

HANGS = 600.0
"""Seconds after which a command has hung: a whole run takes a minute on a busy machine."""


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
    *words: str, module: str = "conformance", cwd: Path | None = None, timeout: float = HANGS
) -> Ended:
    """Run ``backpack-conformance`` (or the mock's command) to its end."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        env={**unfolded(), "NO_COLOR": "1", "CI": "true"},
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
