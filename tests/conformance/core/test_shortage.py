"""A limit of this machine is not a failure of the target."""

import asyncio
import errno
import json
import resource
import subprocess
import sys

import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.errors import HarnessError, TargetError
from conformance.core.shortage import NEEDED_FILES, SHORT, check_shortage
from conformance.core.verdict import Finding, Outcome
from conformance.engine.monitor import TargetMonitor
from conformance.engine.runner import note_shortages
from conformance.engine.scenario_run import ScenarioResult
from conformance.target.http.client import Client, Wire
from tests.conformance.selftest.test_bad_targets import always
from tests.conformance.wire import nobody

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", sorted(SHORT))
def test_a_shortage_is_ours(number: int):
    """With what helps."""
    with pytest.raises(HarnessError, match="ulimit -n"):
        check_shortage(OSError(number, "short"))


def test_a_refused_connection_is_no_shortage():
    """That is about the target."""
    check_shortage(ConnectionRefusedError(errno.ECONNREFUSED, "refused"))
    check_shortage(ValueError("no number"))


@pytest.mark.anyio
@pytest.mark.parametrize("way", ["send", "send_bytes"])
async def test_a_request_without_a_socket_cannot_be_judged(way: str):
    """It was not sent, so it has no exchange and no failure of the target."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with always() as url:
        client = Client(5.0)
        wire = Wire(client)
        await wire.send("GET", url)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            asked = wire.send("GET", url) if way == "send" else wire.send_bytes(url, b"x")
            with pytest.raises(HarnessError, match="lacks a resource: Too many open files"):
                await asked
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        await client.close()
    assert len(wire.exchanges) == 1


@pytest.mark.anyio
async def test_a_port_where_nobody_listens_stays_a_matter_of_the_target():
    """The kind of the error tells the two cases apart, not its message."""
    client = Client(5.0)
    with nobody() as url:
        exchange = await Wire(client).send("GET", url)
        raw = await Wire(client).send_bytes(url, b"x")
    await client.close()
    assert not exchange.was_received
    assert not raw.was_received
    assert TargetError("x").failure.value == "broken"


def test_a_run_with_too_few_files_does_not_begin(tmp_path):
    """Exit code 3 and a sentence; nothing is accused."""
    limit = f"ulimit -n {NEEDED_FILES - 1}; exec {sys.executable} -m conformance run mock"
    words = f"{limit} --select token-refresh --out {tmp_path}"
    ended = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=False)
    assert ended.returncode == 3, ended.stdout + ended.stderr
    assert f"at least {NEEDED_FILES} open files" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    for file in tmp_path.glob("summary.json"):
        requirements = json.loads(file.read_text())["requirements"]
        assert "failed" not in {requirement["outcome"] for requirement in requirements.values()}


@pytest.mark.anyio
async def test_a_connection_that_our_own_site_could_not_take_accuses_nobody(scenarios):
    """The target found nothing there, since this machine had no more sockets."""
    monitor = TargetMonitor(DEFAULT)
    await note_shortages([monitor])
    findings = tuple(Finding(name, Outcome.FAILED) for name in ("BC-ISSUE-01", "BC-ISSUE-06"))

    async def once() -> ScenarioResult:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"exception": OSError(errno.EMFILE, "too many")})
        return ScenarioResult(scenarios[0], findings)

    result = await monitor._run(once)
    assert {finding.outcome for finding in result.findings} == {Outcome.CANT_TELL}
    assert "ulimit -n" in result.findings[0].reason
