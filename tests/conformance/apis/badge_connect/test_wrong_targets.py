"""What answers in place of a provider ends in findings or in a sentence, not in a traceback."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.target.opening import TargetOptions
from tests.conformance.command import run_command
from tests.conformance.providers import API, rows

SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/assertion.create"
JSON = {"Content-Type": "application/json"}
Answer = tuple[int, Mapping[str, str], bytes]


def manifest(root: str, **members: Any) -> Answer:
    """A manifest whose entry has these members, beside usable ones."""
    usual = {f"{name}Url": f"{root}/{name}" for name in ("registration", "authorization", "token")}
    more = {"version": "v2p1", "apiBase": f"{root}/ims/ob/v2p1", "scopesOffered": [SCOPE]}
    whole = {"id": root, "badgeConnectAPI": [{**usual, **more, **members}]}
    return 200, JSON, json.dumps(whole).encode()


ANSWERS: Mapping[str, Callable[[str, str], Answer]] = {
    "page": lambda _root, _path: (200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>"),
    "huge": lambda _root, _path: (200, JSON, b'["' + b"x" * 6_000_000),
    "loop": lambda root, path: (302, {"Location": f"{root}{path}"}, b""),
    "elsewhere": lambda _root, _path: (302, {"Location": "https://p.invalid/manifest"}, b""),
    "bad-location": lambda _root, _path: (302, {"Location": "http://["}, b""),
    "nothing": lambda _root, _path: (404, {}, b""),
    "empty": lambda _root, _path: (200, JSON, b"{}"),
    "numbers": lambda _root, _path: (200, JSON, b'{"id": 7, "badgeConnectAPI": [7, null]}'),
    "no-urls": lambda root, _path: manifest(root, tokenUrl=7, apiBase=None),
    "other-version": lambda root, _path: manifest(root, version="v9p9"),
    "odd-scopes": lambda root, _path: manifest(root, scopesOffered="all of them"),
    "no-secret": lambda root, path: (
        (201, JSON, b'{"client_id": "a"}') if path == "/registration" else manifest(root)
    ),
    "text-as-client": lambda root, path: (
        (201, JSON, b'"welcome"') if path == "/registration" else manifest(root)
    ),
}


@contextmanager
def serving(answer: Callable[[str, str], Answer]) -> Iterator[str]:
    """The root of a server that answers every request in one way."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = answer(root, self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the suite reads only so much
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    root = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield root
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_no_provider_is_no_trouble_of_ours(name: str):
    """What can be judged fails, and what depends on it is inconclusive."""
    ids = ("manifest-document", "registration-accepted", "exchange-code", "post-hosted")
    with serving(ANSWERS[name]) as root:
        options = RunOptions(target=TargetOptions(f"{root}/"), timeout=10)
        with open_runner(API, options) as runner:
            results = [runner.run(row) for row in rows() if row.id in ids]
            stopped = runner.trouble is not None
    assert [result.trouble for result in results] == [""] * len(results)
    found = {f.requirement: f.outcome for result in results for f in result.findings}
    assert found["BC21-TOKEN-01"] in (Outcome.CANT_TELL, Outcome.FAILED)
    assert found["BC21-POST-01"] in (Outcome.CANT_TELL, Outcome.INAPPLICABLE)
    if not stopped:
        assert Outcome.FAILED in found.values()


def test_nobody_there_is_told_in_a_sentence():
    """With what to do."""
    ended = run_command("run", "http://127.0.0.1:9/", "--api", "ob2.1", "--select", "manifest")
    assert ended.code == 3
    assert "/.well-known/badgeconnect.json" in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err


def test_a_profile_of_another_api_is_a_wrong_option():
    """The sets of answers belong to APIs."""
    options = ("--api", "ob2.1", "--profile", "mozilla-v1")
    ended = run_command("run", "http://127.0.0.1:9/", *options)
    assert ended.code == 2
    assert "profile: expected documented with the API ob2.1, saw 'mozilla-v1'" in ended.err
