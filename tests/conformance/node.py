"""The example Backpack in Node, as a process on a free port."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "backpack-node"
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(NODE is None, reason="needs Node 20: apt-get install nodejs")


@contextmanager
def serving(*options: str) -> Iterator[tuple[str, ...]]:
    """The URL of the Backpack, and with ``--control`` that of its controls, while it runs."""
    command = ["node", str(FOLDER / "server.mjs"), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines = 2 if "--control" in options else 1
            yield tuple(process.stdout.readline().strip() for _ in range(lines))
        finally:
            process.terminate()
