"""A target behind TLS whose certificate no public authority has signed."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from conformance.apis.connect.preflight import preflight
from conformance.apis.registry import DEFAULT
from conformance.core.errors import PreflightError
from conformance.core.verdict import Outcome
from conformance.engine.scenario_run import run_scenario
from conformance.engine.session import RunOptions, open_session
from conformance.engine.shared_steps import SharedSteps
from conformance.target.http.client import Client, Wire, trust_of
from conformance.target.opening import TargetOptions
from mock_backpack.app import create_app
from tests.conftest import needs_browser

pytestmark = pytest.mark.anyio


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, Path]:
    """An authority of our own, and the file with its certificate."""
    authority = trustme.CA()
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return authority, file


async def serve(authority: trustme.CA, name: str) -> AsyncIterator[str]:
    """A mock behind TLS; yields its URL."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    runner = web.AppRunner(create_app(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.fixture
async def secured(authority) -> AsyncIterator[str]:
    """A mock with the right name."""
    async for url in serve(authority[0], "127.0.0.1"):
        yield url


@pytest.fixture
async def misnamed(authority) -> AsyncIterator[str]:
    """A mock whose certificate is another host's."""
    async for url in serve(authority[0], "other.example"):
        yield url


async def examined(url: str, ca: Path | None) -> PreflightError | None:
    """The result of the preflight."""
    async with open_session(DEFAULT, RunOptions(target=TargetOptions(url), ca=ca)) as session:
        return (await preflight(session)).trouble


async def test_a_named_authority_is_trusted(secured, authority):
    """The walk through consent, the push, and bytes on a socket."""
    assert await examined(secured, authority[1]) is None
    client = Client(10, trust_of(authority[1]))
    exchange = await Wire(client).send_bytes(f"{secured}access", b"GET / HTTP/1.0\r\n\r\n")
    await client.close()
    assert exchange.answer is not None


async def test_another_authority_is_not(secured):
    """The message has the error of the certificate, and the option for its authority."""
    trouble = await examined(secured, None)
    assert trouble.came_back.startswith("the certificate is not trusted: ")
    assert "certificate" in trouble.came_back.partition(": ")[2]
    assert "--ca FILE" in trouble.advice


async def test_a_certificate_of_another_host_is_not(misnamed, authority):
    """The message names the host."""
    trouble = await examined(misnamed, authority[1])
    assert trouble.came_back.startswith("the certificate is not trusted: ")
    assert "127.0.0.1" in trouble.came_back
    assert "host in the URL" in trouble.advice


async def test_plain_http_at_an_https_address_is_told(mock):
    """The target does not speak TLS."""
    trouble = await examined(mock.replace("http:", "https:"), None)
    assert "TLS handshake failed" in trouble.came_back
    assert "http://" in trouble.advice


@pytest.mark.slow
@needs_browser
async def test_a_browser_trusts_the_named_authority_too(secured, authority, scenarios):
    """The script that issuers include is run in Chromium, and consent is asked for there."""
    [script] = [scenario for scenario in scenarios if scenario.name == "connect-script-in-browser"]
    options = RunOptions(target=TargetOptions(secured), ca=authority[1])
    async with open_session(DEFAULT, options) as session:
        result = await run_scenario(session, script, {}, SharedSteps())
    assert {finding.outcome for finding in result.findings} == {Outcome.PASSED}, result.findings
    assert [exchange.request.url for exchange in result.exchanges] == [f"{secured}issuer.js"] * 2
