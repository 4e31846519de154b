"""Sandboxes of several mocks behind one address, by the proxy configurations in the examples."""

from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from anyio.from_thread import start_blocking_portal

from mock_backpack.app import create_app
from mock_backpack.client import MockClient
from mock_backpack.server import served
from tests.conformance.load.runs import failed, load_run
from tests.stock_proxies import PROXIES, free_port, installed, running_proxy

FOLDER = Path(__file__).parent.parent / "examples" / "many-mocks"


@contextmanager
def proxied(name, folder):
    """The URL of a proxy with three mocks behind it, and their own URLs."""
    with start_blocking_portal() as portal:
        mocks = [portal.wrap_async_context_manager(served(create_app())) for _ in range(3)]
        with mocks[0] as one, mocks[1] as two, mocks[2] as three:
            urls = (f"http://127.0.0.1:{free_port()}", one, two, three)
            ports = {8500 + number: urlsplit(url).port for number, url in enumerate(urls)}
            with running_proxy(name, FOLDER, folder, ports):
                yield urls


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
