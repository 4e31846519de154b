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
def serving(*options: str) -> Iterator[str]:
    """The URL of the Backpack, while the block runs."""
    command = ["node", str(FOLDER / "server.mjs"), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
