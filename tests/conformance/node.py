"""Run the example servers in Node: their root while they run, and the packages that one needs."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
BACKPACK = EXAMPLES / "backpack-node"
needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="needs Node 20: apt-get install nodejs"
)
OFFLINE = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH")
"""What npm says where its registry cannot be reached."""


@contextmanager
def serving(example: Path, *options: str) -> Iterator[str]:
    """The root of an example server while it runs."""
    with printing(1, example, *options) as (root,):
        yield root


@contextmanager
def printing(lines: int, example: Path, *options: str) -> Iterator[tuple[str, ...]]:
    """The first lines that an example server prints, while it runs."""
    command = ["node", str(example), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield tuple(process.stdout.readline().strip() for _ in range(lines))
        finally:
            process.terminate()


def variants_of(example: Path) -> set[str]:
    """The mistakes that an example lists in one line."""
    listed = re.search(r"const WRONG = \[(.*)\]", example.read_text(encoding="utf-8"))
    assert listed is not None
    return set(re.findall('"([a-z-]+)"', listed[1]))


def example_host(made: pytest.TempPathFactory) -> Path:
    """The example of a host with its packages, which the processes of a test run share."""
    own = made.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return installed("host-node", shared) / "server.mjs"


def installed(example: str, shared: Path) -> Path:
    """The folder of an example with its packages: its own, or a copy that processes share."""
    own = EXAMPLES / example
    if (own / "node_modules").is_dir():
        return own
    copy = shared / "examples" / example
    with (shared / f"{example}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (copy / "node_modules").is_dir():
            shutil.copytree(EXAMPLES, shared / "examples", dirs_exist_ok=True)
            contexts = Path("schemas", "contexts")
            shutil.copytree(ROOT / contexts, shared / contexts, dirs_exist_ok=True)
            _install(copy)
    return copy


def _install(folder: Path) -> None:
    command = ["npm", "ci", "--no-audit", "--no-fund", "--fetch-retries", "1"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode and OFFLINE.search(ended.stderr):
        pytest.skip("needs the registry of npm")
    assert ended.returncode == 0, ended.stderr
