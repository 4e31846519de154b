"""Sandboxes of several mocks behind one address, by the proxy configurations in the examples."""

import re
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from anyio.from_thread import start_blocking_portal

from mock_backpack.app import create_app
from mock_backpack.client import MockClient
from mock_backpack.server import served
from tests.conformance.load.runs import failed, load_run
from tests.waiting import eventually

FOLDER = Path(__file__).parent.parent / "examples" / "many-mocks"
PROXIES = {
    "nginx": ("nginx.conf", ("-p", ".", "-c", "nginx.conf")),
    "haproxy": ("haproxy.cfg", ("-f", "haproxy.cfg")),
}
"""By program: its configuration, and how it is started with it."""
PORT = re.compile(r"127\.0\.0\.1:850(\d)")


def installed(name):
    """Where a proxy is; Debian has it where only root looks."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def free_port():
    """A port where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextmanager
def proxied(name, folder):
    """The URL of a proxy with three mocks behind it, and their own URLs."""
    file, words = PROXIES[name]
    with start_blocking_portal() as portal:
        mocks = [portal.wrap_async_context_manager(served(create_app())) for _ in range(3)]
        with mocks[0] as one, mocks[1] as two, mocks[2] as three:
            urls = (f"http://127.0.0.1:{free_port()}", one, two, three)
            text = (FOLDER / file).read_text(encoding="utf-8")
            ports = PORT.sub(lambda found: urls[int(found[1])].removeprefix("http://"), text)
            (folder / file).write_text(ports, encoding="utf-8")
            with subprocess.Popen([installed(name), *words], cwd=folder) as proxy:
                host, _, port = urls[0].removeprefix("http://").partition(":")
                eventually(lambda: _answers(host, int(port)))
                yield urls
                proxy.terminate()


def _answers(host, port):
    with socket.socket() as sock:
        return sock.connect_ex((host, port)) == 0


@pytest.fixture(name="proxy", params=PROXIES)
def fixture_proxy(request, tmp_path):
    """A proxy that is installed, and its three mocks."""
    if installed(request.param) is None:
        pytest.skip(f"needs {request.param}: apt-get install {request.param}")
    with proxied(request.param, tmp_path) as urls:
        yield urls


@pytest.mark.anyio
async def test_each_sandbox_is_at_its_own_process(proxy):
    """By its path and by its host; the admin API of each process creates and deletes it."""
    root, *mocks = proxy
    port = root.rpartition(":")[2]
    async with aiohttp.ClientSession() as client:
        for number, mock in enumerate(mocks, start=1):
            name = f"{number}-demo"
            async with client.post(f"{root}/{number}/_mock/sandboxes", json={"name": name}) as made:
                assert (await made.json())["url"] == f"{root}/s/{name}"
            async with client.get(f"{mock}/_mock/sandboxes/{name}") as own:
                assert own.status == 200
            async with client.get(f"{root}/s/{name}/issuer.js") as script:
                assert script.status == 200
            host = {"Host": f"{name}.localhost:{port}"}
            manifest = f"{root}/.well-known/badgeconnect.json"
            async with client.get(manifest, headers=host) as answer:
                assert (await answer.json())["id"].startswith(f"http://{name}.localhost:{port}/")
            async with client.delete(f"{root}/{number}/_mock/sandboxes/{name}") as deleted:
                assert deleted.status == 200


@pytest.mark.slow
def test_a_sandbox_behind_a_proxy_bears_load(proxy, tmp_path):
    """Nothing is lost or mixed up on the way."""
    root, *_mocks = proxy
    texts = {"requests": "150"}
    with MockClient(f"{root}/2") as client, client.sandbox("2-load"):
        record = load_run(tmp_path, f"{root}/s/2-load/", "connect", earners=6, texts=texts)
    assert failed(record) == set()
    assert {finding.outcome for line in record.scenarios for finding in line.findings}
