"""The command: what a user sees who starts, stops and mistypes it."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from mock_backpack.faults.all import MISBEHAVIOURS
from mock_backpack.version import VERSION

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "mock_backpack")
ENVIRONMENT = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONWARNINGS": "error"}
PATIENCE = 120
"""Seconds after which a process that should have ended is a failure."""


def run(*words):
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=ENVIRONMENT,
        check=False,
    )


@contextlib.contextmanager
def serving(*words):
    """A mock in a process of its own; the process and the line that it is ready with."""
    process = subprocess.Popen(
        [*COMMAND, "serve", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    with process:
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


def url_in(line):
    """The URL of a ready line."""
    start = "mock-backpack ready at "
    assert line.startswith(start), line
    return line.removeprefix(start).strip()


def health(url):
    """The mock's own state."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("GET", "/_mock/health")
        return json.load(connection.getresponse())


def ended(process, sign):
    """Send a signal and wait: exit code and everything that was still said."""
    process.send_signal(sign)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def lines_of(text):
    """The lines that say something."""
    return [line for line in text.splitlines() if line.strip()]


def test_the_ready_line_has_a_url_that_answers():
    """Once the line is there, so is the mock: no waiting, no retry."""
    with serving("--port", "0") as (_, line):
        url = url_in(line)
        assert url.startswith("http://127.0.0.1:")
        assert health(url)["status"] == "ok"


def test_the_port_is_the_one_that_was_asked_for():
    """``--port`` is where the mock listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving("--port", str(port)) as (_, line):
        assert url_in(line) == f"http://127.0.0.1:{port}"


def test_a_defect_can_be_asked_for():
    """``--defect``, given twice, arms both."""
    wanted = list(MISBEHAVIOURS.entries_of("defect"))[:2]
    with serving("--port", "0", "--defect", wanted[0], "--defect", wanted[1]) as (_, line):
        assert health(url_in(line))["defects"] == wanted


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_mock_in_good_order(sign):
    """SIGTERM and Ctrl-C end it with code 0 and without a word."""
    with serving("--port", "0") as (process, line):
        url_in(line)
        assert ended(process, sign) == (0, "", "")


def test_an_idle_connection_does_not_keep_the_mock_alive():
    """A browser that stays connected does not hold the end up."""
    with serving("--port", "0") as (process, line):
        port = int(url_in(line).rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as idle:
            idle.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert idle.recv(100).startswith(b"HTTP/1.1 200")
            assert ended(process, signal.SIGTERM) == (0, "", "")


def test_a_request_in_flight_does_not_keep_the_mock_alive():
    """A client that never finishes its request is given up after a few seconds."""
    with serving("--port", "0") as (process, line):
        port = int(url_in(line).rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(b"POST /api/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n")
            slow.sendall(b"Expect: 100-continue\r\n\r\n")
            assert slow.recv(100).startswith(b"HTTP/1.1 100"), "the handler has begun"
            code, out, err = ended(process, signal.SIGTERM)
    assert (code, out) == (0, "")
    assert "Traceback" not in err


def test_a_port_in_use_is_told_with_advice():
    """Exit code 2, at most three lines, no traceback, and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(lines_of(done.stderr)) <= 3
    assert f"port {port} of 127.0.0.1 is in use" in done.stderr
    assert "--port 0" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_of_another_machine_is_told():
    """Exit code 2, at most three lines, no traceback."""
    done = run("serve", "--host", "192.0.2.1", "--port", "0", "--admin-token", "x")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(lines_of(done.stderr)) <= 3
    assert "cannot listen on 192.0.2.1:0" in done.stderr


def test_an_address_that_others_reach_demands_a_token():
    """A mock for other machines must protect its admin API."""
    done = run("serve", "--host", "0.0.0.0", "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--host 0.0.0.0 needs --admin-token" in done.stderr


def test_an_unknown_defect_is_told_with_a_suggestion():
    """Exit code 2, at most three lines, and the name that was meant."""
    done = run("serve", "--defect", "token.no-rotatoin")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(lines_of(done.stderr)) <= 3
    assert "did you mean token.no-rotation" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "65536"),
        ("serve", "--port", "-1"),
        ("serve", "--port", "http"),
        ("serve", "--expires", "0"),
        ("serve", "--expires", "soon"),
        ("serve", "--prot", "1"),
        ("serve", "extra"),
        ("sevre",),
    ],
)
def test_a_mistyped_command_is_told(words):
    """Exit code 2, at most three lines, and the word that is wrong."""
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(lines_of(done.stderr)) <= 3
    assert words[-1].strip("-") in done.stderr or words[-2] in done.stderr


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_the_commands(flag):
    """The purpose of the command, and its subcommands."""
    done = run(flag)
    assert (done.returncode, done.stderr) == (0, "")
    assert "A mock Backpack, for testing issuers of Open Badges." in done.stdout
    assert all(f"\n  {name} " in done.stdout for name in ("serve", "defects"))


def test_help_of_serve_tells_how_to_begin():
    """Every option with its default, and the first steps of an issuer."""
    printed = run("serve", "--help").stdout
    for option in ("--host", "--port", "--expires", "--defect"):
        assert option in printed
    for word in ("127.0.0.1", "8765", "3600", "Ctrl-C", "issuer.js", "api_root"):
        assert word in printed


def test_the_version_is_told():
    """``--version`` is one line."""
    assert run("--version").stdout == f"mock-backpack, version {VERSION}\n"


def test_defects_lists_all_of_them():
    """One line each: name, sentence, requirements."""
    lines = run("defects").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(MISBEHAVIOURS.entries_of("defect"))
    assert all(
        defect.does in line
        for line, defect in zip(lines, MISBEHAVIOURS.entries_of("defect").values(), strict=True)
    )
    assert all(line.endswith("]") for line in lines)
