"""`run` and `doctor` report a wrong configuration before anything is judged."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conformance.command import Ended, run_command
from tests.conformance.foreign import written
from tests.conformance.selftest.test_bad_targets import always, passed, rubbish
from tests.miniatures.foreign import EndlessPages, ForeignBackpack, GermanPages
from tests.miniatures.plain import PlainBackpack

pytestmark = pytest.mark.slow

SECRET = "difference engine"


def examined(folder: Path, *words: str, command: str = "doctor") -> Ended:
    """The end of a failing command: exit code 3, advice, no secret, no traceback."""
    options = ("--out", "out") if command == "run" else ()
    ended = run_command(command, *words, *options, cwd=folder)
    printed = ended.out + ended.err
    assert ended.code == 3, printed
    assert "Traceback" not in printed
    assert SECRET not in printed
    if command == "run":
        assert passed(folder / "out") == []
        assert json.loads((folder / "out" / "summary.json").read_text())["verdict"]
        assert "advice" in ended.out
    else:
        assert "BAD" in ended.out
        assert "change: " in ended.out
    return ended


def plainly(ended: Ended) -> str:
    """The output without line ends."""
    return " ".join(ended.out.split())


@contextmanager
def foreign(
    folder: Path, replaced: dict[str, str] | None = None, pages: type[GermanPages] = GermanPages
) -> Iterator[ForeignBackpack]:
    """A Backpack in German, and a target.toml for it with something replaced."""
    with ForeignBackpack(pages) as backpack:
        (folder / "target.toml").write_text(written(backpack.root, replaced or {}))
        yield backpack


@pytest.mark.parametrize("command", ["doctor", "run"])
@pytest.mark.parametrize(
    ("replaced", "pages", "says", "advice"),
    [
        (
            {"#kennung": "#konto"},
            GermanPages,
            "step 1 (say who) finds no form '#konto' on http://127.0.0.1:",
            "[[consent]]",
        ),
        (
            {'password = "difference engine"': 'password = "analytical"'},
            GermanPages,
            "Das passt nicht zusammen.",
            "--earner E-MAIL:PASSWORD",
        ),
        (
            {},
            EndlessPages,
            "step 3 (answer) was done, but its form appeared again",
            "Open this page in a browser",
        ),
        (
            {'access = "zugang"': 'access = "tuer"'},
            GermanPages,
            "/tuer, which responded with 404",
            "Is there a Backpack at this URL? If its access page has another path, set --access",
        ),
    ],
    ids=["selector", "password", "loop", "path"],
)
def test_a_way_that_leads_nowhere_is_told(tmp_path, command, replaced, pages, says, advice):
    """With the step, the page, and what to change; nothing is judged."""
    with foreign(tmp_path, replaced, pages):
        ended = examined(tmp_path, command=command)
    assert says in plainly(ended)
    assert advice in plainly(ended)


@pytest.mark.parametrize("command", ["doctor", "run"])
def test_a_backpack_that_cannot_reach_the_issuer_site_is_told(tmp_path, command):
    """It refused a badge and never came to fetch it."""
    urls = ["--issuer-url", "http://127.0.0.1:9", "--second-issuer-url", "http://127.0.0.1:7"]
    ports = []
    for option in ("--issuer-port", "--second-issuer-port"):
        with socket.create_server(("127.0.0.1", 0)) as free:
            ports += [option, str(free.getsockname()[1])]
    with PlainBackpack() as backpack:
        ended = examined(tmp_path, backpack.root, *urls, *ports, command=command)
    assert "push a badge at http://127.0.0.1:9/" in plainly(ended)
    assert "the Backpack never reached the issuer site" in plainly(ended)
    assert "--issuer-url URL" in plainly(ended)


def test_a_target_that_says_nothing_is_told_in_time(tmp_path):
    """Doctor does not hang with it."""
    with always(wait=30.0) as url:
        ended = examined(tmp_path, url)
    assert "no answer within 10 seconds" in plainly(ended)


def test_a_target_that_crashes_is_told(tmp_path):
    """Its own log says more than the page on which the earner ended."""
    with always(status=500) as url:
        ended = examined(tmp_path, url)
    assert "/access, which responded with 500" in plainly(ended)
    assert "The server failed: see the log of your Backpack, or of a proxy" in plainly(ended)


def test_a_target_that_says_rubbish_is_told(tmp_path):
    """The same if it does not speak HTTP, or if no server listens."""
    with rubbish() as url:
        ended = examined(tmp_path, url)
    assert "incomplete response" in plainly(ended)
    assert "Does it use TLS on this port? Then use https:// instead of http://." in plainly(ended)
    ended = examined(tmp_path, "http://127.0.0.1:9")
    assert "no connection" in plainly(ended)
    assert "Start the Backpack" in plainly(ended)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--issuer-url", "http://192.0.2.7:1"), "needs two origins: set --second-issuer-url"),
        (("--issuer-bind", "0.0.0.0"), "nothing can be fetched from 0.0.0.0"),
        (
            ("--issuer-url", "http://h:1", "--second-issuer-url", "http://h:1/"),
            "expected another port or name than http://h:1",
        ),
        (("--ca", "none.pem"), "ca: none.pem cannot be read"),
        (("--ca", "target.toml"), "ca: expected a certificate (PEM) in target.toml"),
    ],
)
def test_options_that_cannot_be_are_a_wrong_use(tmp_path, words, says):
    """Exit code 2, before anything is tried."""
    (tmp_path / "target.toml").write_text("timeout = 3\n")
    ended = run_command("doctor", "http://127.0.0.1:9", *words, cwd=tmp_path)
    assert ended.code == 2, ended.out
    assert says in ended.err
    assert "Traceback" not in ended.err


def test_doctor_finds_nothing_wrong_with_what_is_right(tmp_path):
    """Each attempt is shown, and each value with its source; no password."""
    with foreign(tmp_path):
        ended = run_command("doctor", "--timeout", "20", cwd=tmp_path)
    assert ended.code == 0, ended.out
    lines = [line.split()[:2] for line in ended.out.splitlines() if line[:5].strip()]
    tried = {line[1] for line in lines if line[0] == "ok"}
    assert tried >= {
        "access",
        "settings",
        "script",
        "clock",
        "grant",
        "deny",
        "token",
        "key",
        "revocation",
    }
    assert "BAD" not in ended.out
    assert "--wait-expiry" in ended.out
    sources = {line.split()[0]: line.split()[-1] for line in ended.out.splitlines() if line}
    assert sources["timeout"] == "--timeout"
    assert sources["pages.access"] == "target.toml:5"
    assert sources["profile"] == "default"
    assert SECRET not in ended.out
    assert ended.out.rstrip().endswith("A run can start; see the 2 notes.")
