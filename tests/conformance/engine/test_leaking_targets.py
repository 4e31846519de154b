"""Whole runs against a Backpack behind a proxy that breaks its token answers: nothing leaks."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.conformance.command import run_command
from tests.conformance.leaks import ENCODINGS, gives_away
from tests.conformance.proxies import Heard, proxying

pytestmark = pytest.mark.slow


def escaped(body: bytes) -> bytes:
    escape = ENCODINGS["JSON, all escaped"]
    pairs = (f'"{name}": "{escape(str(value))}"' for name, value in json.loads(body).items())
    return f"{{{', '.join(pairs)}}}".encode()


BREAKING = {
    "BOM": lambda body: b"\xef\xbb\xbf" + body,
    "notice": lambda body: b"<b>Notice</b>: undefined x<br/>\n" + body,
    "form": lambda body: urlencode(json.loads(body)).encode(),
    "cut": lambda body: body[:-1],
    ".NET": lambda body: body.replace(b"+", b"\\u002B").replace(b"/", b"\\u002F"),
    "all escaped": escaped,
}


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of a run as text."""
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.name, file.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", BREAKING)
def test_a_token_of_a_broken_answer_stands_in_no_file(tmp_path, kind):
    """Neither in a file nor on the terminal, whether or not anything could make sense of it."""
    heard = Heard()
    with proxying(heard, BREAKING[kind]) as url:
        words = ("--api", "connect", "--select", "token-refresh", "--out", str(tmp_path))
        ended = run_command("run", url, *words)
    assert ended.code in (1, 3, 4), ended.out + ended.err
    assert len(heard.tokens) > 3
    texts = {**dict(written(tmp_path)), "terminal": ended.out + ended.err}
    found = {
        (name, form)
        for name, text in texts.items()
        for token in heard.tokens
        for form in gives_away(text, token)
    }
    assert found == set()


def test_a_forged_consent_gives_no_token_away(tmp_path):
    """No file contains the tokens that the page of a stranger received."""
    words = ("--select", "safety-forged-consent", "--allow-incomplete", "--out", str(tmp_path))
    ended = run_command("run", "mock:safety.accept-without-csrf", *words)
    assert "BC-SAFE-03" in ended.out
    text = (tmp_path / "record.jsonl").read_text(encoding="utf-8")
    assert "forged?access_token=«access_token" in text
    assert "forged?access_token=" not in text.replace("forged?access_token=«", "")
