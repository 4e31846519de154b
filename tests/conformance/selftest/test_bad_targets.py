"""Targets that are no Backpack at all never conform, whatever they answer."""

import http.server
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conformance.command import run_command

pytestmark = pytest.mark.slow


class Answering(http.server.BaseHTTPRequestHandler):
    """Says the same to everything."""

    status = 200
    kind = "application/json"
    content = b"{}"
    wait = 0.0

    def do_GET(self) -> None:
        """Answer."""
        time.sleep(self.wait)
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    do_POST = do_GET  # noqa: N815 - http.server asks for this name

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


@contextmanager
def always(**says: object) -> Iterator[str]:
    """A server that says this to everything."""
    handler = type("Handler", (Answering,), says)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def rubbish() -> Iterator[str]:
    """A server that does not speak HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connection.recv(1024)
                connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
                connection.close()

        threading.Thread(target=babble, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def passed(folder: Path) -> list[str]:
    """The requirements that a run calls passed."""
    requirements = json.loads((folder / "summary.json").read_text())["requirements"]
    return [
        name for name, requirement in requirements.items() if requirement["outcome"] == "passed"
    ]


def test_a_target_that_says_the_same_to_everything_does_not_conform(tmp_path):
    """Nothing passes, the run says what it saw, and exits with 3."""
    with always(kind="text/html", content=b"<h1>Hello</h1>") as url:
        ended = run_command("run", url, "--out", str(tmp_path))
    assert ended.code == 3
    assert passed(tmp_path) == []
    assert "Inconclusive" in ended.out
    assert "advice" in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_a_dead_target_does_not_conform(tmp_path):
    """No server listens: the run reports it, with advice, and exits with 3."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        ended = run_command("run", url, "--out", str(tmp_path))
    assert ended.code == 3
    assert passed(tmp_path) == []
    assert "no connection" in ended.out
    assert "Start the Backpack" in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_a_hanging_target_does_not_hang_the_run(tmp_path):
    """After ten seconds of silence the run says so."""
    with always(wait=30.0) as url:
        ended = run_command("run", url, "--out", str(tmp_path))
    assert ended.code == 3
    assert "no answer within 10 seconds" in ended.out


def test_a_target_that_speaks_no_http_does_not_conform(tmp_path):
    """The message says that the response is not HTTP."""
    with rubbish() as url:
        ended = run_command("run", url, "--out", str(tmp_path))
    assert ended.code == 3
    assert "Traceback" not in ended.out + ended.err
