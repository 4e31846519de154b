"""One master and three workers on this machine, each in a process of its own."""

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from conformance.core.errors import AuthoringError
from conformance.core.verdict import ExitCode
from conformance.load.options import Meeting
from conformance.load.run import lead_workers
from conformance.record.model import RECORD
from conformance.record.reader import read_record
from conformance.report.load import load_of
from mock_backpack.app import create_app
from mock_backpack.server import served
from tests.conformance.load.runs import failed, options_of
from tests.stock_proxies import ADDRESS, PROXIES, free_port, installed

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[3] / "examples" / "load-workers"
WORKERS = 3


def begin(*words):
    """A ``load`` in a process of its own, whose output can be read."""
    return subprocess.Popen(
        [sys.executable, "-m", "conformance", "load", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
    )


@pytest.mark.slow
def test_a_worker_that_dies_costs_its_share_and_no_finding(tmp_path):
    """One record has what the workers found; the one that was killed is counted."""
    place = f"127.0.0.1:{free_port()}"
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(served(create_app())) as url,
    ):
        common = (url, "--api", "connect", "--task", "push", "--task", "identity")
        workers = [begin(*common, "--master", place) for _ in range(WORKERS)]
        master = begin(
            *common,
            *("--workers", str(WORKERS), "--listen", place, "--earners", "6"),
            *("--duration", "8", "--out", str(tmp_path)),
        )
        for worker in workers:
            assert worker.stdout is not None
            while "Began." not in (line := worker.stdout.readline()):
                assert line, "the worker has ended"
        workers[0].kill()
        out, _ = master.communicate(timeout=300)
        ends = [worker.wait(timeout=60) for worker in workers]
        for worker in workers:
            worker.stdout.close()
    assert master.returncode == ExitCode.CONFORMS, out
    assert ends[1:] == [0, 0]
    record = read_record(tmp_path / RECORD)
    assert failed(record) == set()
    figures = load_of(record)
    assert figures is not None
    assert (figures.members["workers"], figures.members["lost"]) == (WORKERS, 1)
    assert figures.members["requests"] > 0
    assert "1 of 3 workers were lost" in out


def run_example(script, folder, **variables):
    """Run a script of the examples for a few seconds, and return the record."""
    done = subprocess.run(
        ["sh", str(script)],
        env={
            **os.environ,
            "MOCK_PORT": str(free_port()),
            "MASTER_PORT": str(free_port()),
            "SECONDS_OF_LOAD": "6",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            **variables,
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == ExitCode.CONFORMS, done.stdout + done.stderr
    return read_record(folder / "load-report" / RECORD)


@pytest.mark.exhaustive
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_example_runs(tmp_path):
    """As it is in the docs, for a few seconds."""
    figures = load_of(run_example(EXAMPLES / "run.sh", tmp_path))
    assert figures is not None
    assert (figures.members["workers"], figures.members["lost"]) == (WORKERS, 0)


@pytest.mark.exhaustive
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("proxy", PROXIES)
def test_workers_share_one_issuer_site(proxy, tmp_path):
    """The target sees two addresses, and stores badges of all workers."""
    if installed(proxy) is None:
        pytest.skip(f"needs {proxy}: apt-get install {proxy}")
    first, second = free_ports(), free_ports()
    file, words = PROXIES[proxy]
    text = (EXAMPLES / file).read_text(encoding="utf-8")
    text = ADDRESS.sub(
        lambda found: f"127.0.0.1:{first if found[1][0:2] == '86' else second}{found[1][-1]}", text
    )
    (tmp_path / file).write_text(text, encoding="utf-8")
    record = run_example(
        EXAMPLES / "one-site.sh",
        tmp_path,
        PROXY=" ".join((str(installed(proxy)), *words)),
        FIRST_PORTS=first,
        SECOND_PORTS=second,
    )
    assert failed(record) == set()
    stored = (tmp_path / "mock.json").read_text(encoding="utf-8")
    sites = set(re.findall(r"http://127\.0\.0\.1:\d+/[^/\"]+/", stored))
    assert sites == {f"http://127.0.0.1:{first}0/{worker}/" for worker in (1, 2, 3)}


def free_ports():
    """The beginning of four ports where nobody listens: 860 stands for 8600 to 8603."""
    while True:
        begins = str(free_port())[:-1]
        with ExitStack() as stack, suppress(OSError):
            for last in range(4):
                listener = socket.create_server(("127.0.0.1", int(f"{begins}{last}")))
                stack.enter_context(listener)
            return begins


@pytest.mark.parametrize("target", ["mock", "mock:token.no-rotation"])
def test_workers_need_one_target(tmp_path, target):
    """Each of them would start a mock of its own."""
    options = options_of(tmp_path, target, "connect")
    with pytest.raises(AuthoringError, match="all workers need one target"):
        lead_workers(options, Meeting.of("127.0.0.1:1"), 3)


def test_workers_do_not_share_accounts(tmp_path):
    """Their earners would end each other's grants."""
    texts = {"earner": ["ada@example.org:secret-of-ada"]}
    options = options_of(tmp_path, "http://127.0.0.1:9/", "connect", texts=texts)
    with pytest.raises(AuthoringError, match="only one process"):
        lead_workers(options, Meeting.of("127.0.0.1:1"), 3)


def test_a_place_to_meet_is_a_host_and_a_port():
    """The port of Locust, unless another is given."""
    assert Meeting.of("loader.example") == Meeting("loader.example", 5557)
    assert str(Meeting.of("127.0.0.1:6000")) == "127.0.0.1:6000"
    with pytest.raises(AuthoringError, match="expected HOST:PORT, saw 'x:y'"):
        Meeting.of("x:y")
