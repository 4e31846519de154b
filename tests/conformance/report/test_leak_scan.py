"""No file of a run contains a secret, in any usual encoding."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.report.leaks import accounts_in, clean_files
from conformance.report.views import VIEWS
from mock_backpack.client import MockClient
from tests.conformance.command import Ended, run_command
from tests.conformance.core.test_redaction import FORMS
from tests.mock_backpack.cli.test_command import serving, url_in

pytestmark = pytest.mark.slow

ACCOUNTS = {
    "ada.canary+1@example.org": "correct horse/battery~1",
    "grace.canary@example.org": "Grüße & pass=word?2",
}
EARNERS = [
    "--api=connect",
    *(f"--earner={email}:{password}" for email, password in ACCOUNTS.items()),
]
"""Options of a run."""
TOKEN = re.compile(r'"(?:access|refresh)_token":\s*"([^"]+)"|(?:access|refresh)_token=([^&"\s]+)')


def tokens(url: str) -> Iterator[str]:
    """Every token that a mock has given out, by its own journal."""
    with MockClient(url) as mock:
        for entry in mock.journal():
            for found in TOKEN.findall(json.dumps(entry).replace('\\"', '"')):
                yield from filter(None, found)


def escaping(folder: Path, secrets: set[str]) -> list[tuple[str, str]]:
    """The files that contain a secret, and its encoding there."""
    return [
        (file.name, form)
        for file in folder.rglob("*")
        if file.is_file()
        for content in [file.read_text(encoding="utf-8")]
        for form, encoded in FORMS.items()
        if any(encoded(secret) in content for secret in secrets)
    ]


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> tuple[Path, set[str], Ended]:
    """A run with accounts of its own against a mock that is wrong, and all that it must hide."""
    out = tmp_path_factory.mktemp("run")
    with serving("--port", "0", "--defect", "token.no-rotation") as (_, line):
        url = url_in(line)
        ended = run_command("run", url, *EARNERS, "--select", "token-r", "--out", str(out))
        given = set(tokens(url))
    return out, given, ended


def test_a_run_writes_none_of_its_secrets(ran):
    """E-mails, passwords and every token that the target gave out: in no file and no line."""
    out, given, ended = ran
    secrets = given | set(ACCOUNTS) | set(ACCOUNTS.values())
    assert ended.code == 1, ended.out + ended.err
    assert len(given) > 10
    assert {path.name for path in out.iterdir() if path.is_file()} == {*VIEWS, "record.jsonl"}
    assert escaping(out, secrets) == []
    assert [secret for secret in secrets if secret in ended.out + ended.err] == []


def test_the_names_in_place_of_secrets_are_in_the_files(ran):
    """They were there to be hidden: a scan that finds nothing has looked at something."""
    out, _, _ = ran
    for name in ("record.jsonl", "conformance.html", "wire.har", "junit.xml", "summary.md"):
        assert "«access_token" in (out / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_scan_finds_what_escaped(tmp_path, form):
    """In each form, so that its silence means something."""
    for secret in ACCOUNTS:
        (tmp_path / "a.txt").write_text(f"x{form(secret)}y")
        assert "a.txt" in dict(escaping(tmp_path, {secret}))


def test_a_run_that_does_not_begin_writes_none_either(tmp_path):
    """The preflight says as whom it tried to get a grant."""
    with serving("--port", "0") as (_, line):
        wrong = ("--access", "issuer.js", *EARNERS, "--out", str(tmp_path))
        ended = run_command("run", url_in(line), *wrong)
    assert (ended.code, "«e-mail of ada 1»" in ended.out) == (3, True), ended.out
    assert escaping(tmp_path, set(ACCOUNTS) | set(ACCOUNTS.values())) == []


def test_a_secret_that_escapes_all_the_same_is_removed(tmp_path):
    """Here the user put it into the command line, which every record contains."""
    email = next(iter(ACCOUNTS))
    with serving("--port", "0") as (_, line):
        words = (*EARNERS, "--select", "token-refresh", "--out", email, "--allow-incomplete")
        ended = run_command("run", url_in(line), *words, cwd=tmp_path)
    assert ended.code == 0, ended.out + ended.err
    assert "removed from the reports: «e-mail 1» in the header" in ended.err
    assert email not in ended.err
    assert escaping(tmp_path / email, {email}) == []


def test_a_run_may_show_its_secrets_on_request(tmp_path):
    """For debugging: the record says so, and cannot be certified."""
    with serving("--port", "0") as (_, line):
        words = (*EARNERS, "--select", "token-refresh", "--out", str(tmp_path), "--show-secrets")
        ended = run_command("run", url_in(line), *words)
    assert ended.code == 4, ended.out + ended.err
    assert dict(escaping(tmp_path, set(ACCOUNTS)))["record.jsonl"]
    assert "Not for publication" in (tmp_path / "conformance.html").read_text(encoding="utf-8")
    refused = run_command("certify", str(tmp_path))
    assert "it was made with --show-secrets and is not for publication" in refused.out


@pytest.mark.parametrize("password", ["issue", "a", "token", "passwords", "2026"])
def test_a_password_that_is_a_mere_word_is_no_secret_in_a_sentence(password):
    """It occurs in messages of the suite, and reveals nothing there."""
    text = f"Send issue, token, passwords and a badge of 2026 to /issue: {password}."
    assert list(clean_files({"a": text.encode()}, accounts_in({"ada@example.org": password}))) == []


@pytest.mark.parametrize(
    "password", ["e-mails", "dragonfly", "hunter2", "correct horse", "12345678"]
)
def test_any_other_password_is(password):
    """Even a word, if it is a value by itself."""
    found = clean_files(
        {"a": f"It is {password}!".encode()}, accounts_in({"a@b.example": password})
    )
    assert [content for _, content, _ in found] == [b"It is \xc2\xabpassword 1\xc2\xbb!"]
