"""The stock proxies of the examples, nginx and HAProxy, with their configurations."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import eventually

PROXIES = {
    "nginx": ("nginx.conf", ("-p", ".", "-c", "nginx.conf")),
    "haproxy": ("haproxy.cfg", ("-f", "haproxy.cfg")),
}
"""By program: its configuration, and how it is started with it."""
ADDRESS = re.compile(r"127\.0\.0\.1:(\d+)")


def installed(name: str) -> str | None:
    """Where a proxy is; Debian has it where only root looks."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@contextmanager
def running_proxy(
    name: str, examples: Path, folder: Path, ports: Mapping[int, int]
) -> Iterator[None]:
    """A proxy with the configuration of an example, whose ports are replaced by these."""
    file, words = PROXIES[name]
    text = (examples / file).read_text(encoding="utf-8")
    changed = ADDRESS.sub(lambda found: f"127.0.0.1:{ports[int(found[1])]}", text)
    (folder / file).write_text(changed, encoding="utf-8")
    listening = [ports[port] for port in ports if port % 100 == 0]
    with subprocess.Popen([str(installed(name)), *words], cwd=folder) as proxy:
        try:
            for port in listening:
                eventually(lambda port=port: _answers(port))
            yield
        finally:
            proxy.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0
