"""A Redis of Debian's packages, for as long as a test needs one."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import eventually


@contextmanager
def running_redis(folder: Path, password: str) -> Iterator[str]:
    """The URL of a Redis that stores nothing on disk; skips the test where there is none."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("needs redis-server: apt-get install redis-server")
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    config = f"port {port}\nbind 127.0.0.1\nsave ''\nappendonly no\nrequirepass {password}\n"
    (folder / "redis.conf").write_text(config)
    words = (program, "redis.conf")
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL) as server:
        try:
            eventually(lambda: _answers(port))
            yield f"redis://:{password}@127.0.0.1:{port}/0"
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0
