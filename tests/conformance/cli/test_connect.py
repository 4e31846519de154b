"""A grant by hand: a person opens a link, and later runs use the grant."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from conformance.core.verdict import Outcome
from conformance.record.reader import read_record
from conformance.target.browser.browser import Browser
from conformance.target.configuration.file import read_target
from conformance.target.http.client import Client, Wire
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount
from conformance.target.pages.recipe import Recipe
from tests.conformance.command import Ended, run_command
from tests.conformance.foreign import written
from tests.miniatures.foreign import ForeignBackpack

pytestmark = pytest.mark.slow

PAGES = ("--access", "zugang", "--settings", "einstellungen")
GRANT = Path(".backpack-conformance") / "grant.json"


@pytest.fixture
def foreign() -> Iterator[ForeignBackpack]:
    """A Backpack that the suite cannot walk through by itself."""
    with ForeignBackpack() as backpack:
        yield backpack


def connect(folder: Path, backpack: ForeignBackpack, act: Act) -> tuple[Ended, str]:
    """Run the command while an earner does what it asks; how it ended, and what they read."""
    words = ["connect", backpack.root, *PAGES, "--email", "ada@example.org", "--wait", "30"]
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    assert process.stdout is not None
    link = next(line.strip() for line in process.stdout if line.strip().startswith("http"))
    with urllib.request.urlopen(asyncio.run(answered(folder, link, act))) as page:  # noqa: S310
        read = page.read().decode()
    out, err = process.communicate(timeout=300)
    return Ended(process.returncode, out, err), read


async def answered(folder: Path, link: str, act: Act) -> str:
    """The URL to which a logged-in earner's browser is redirected."""
    file = folder / "way.toml"
    file.write_text(written("http://127.0.0.1"))
    way = Recipe.read(read_target(file).value["consent"])
    [callback] = parse_qs(urlsplit(link).query)["callback"]
    client = Client(20)
    ada = EarnerAccount("ada", "ada@example.org", "difference engine")
    walked = await Browser(Wire(client), ada, reader=way).consent(link, callback, act)
    await client.close()
    return walked.exchange.landing.url


def test_a_grant_by_hand_is_kept_and_used(foreign, tmp_path):
    """Only its owner can read it; a run does with it what it can, and says what it cannot."""
    ended, read = connect(tmp_path, foreign, Act.GRANT)
    assert ended.code == 0, ended.out + ended.err
    assert "The Backpack granted access" in read
    file = tmp_path / GRANT
    assert file.stat().st_mode & 0o777 == 0o600
    [before] = json.loads(file.read_text())["grants"]
    select = "token-refresh or identity-told or connect-granted or token-old-pair or issue-success"
    run = ("run", foreign.root, *PAGES, "--select", select, "--out", "out")
    assert run_command(*run, cwd=tmp_path).code == 4
    [after] = json.loads(file.read_text())["grants"]
    assert after["refresh_token"] != before["refresh_token"]
    assert file.stat().st_mode & 0o777 == 0o600
    lines = {
        scenario.name: scenario
        for scenario in read_record(tmp_path / "out" / "record.jsonl").scenarios
    }
    outcomes = {
        name: {finding.outcome for finding in line.findings} for name, line in lines.items()
    }
    assert outcomes["token-refresh"] == {Outcome.PASSED}
    assert outcomes["identity-told"] == {Outcome.PASSED}
    assert outcomes["connect-granted"] == {Outcome.UNTESTED}
    assert "but the only grant was given by hand" in lines["connect-granted"].findings[0].reason
    record = (tmp_path / "out" / "record.jsonl").read_text()
    for name in ("access_token", "refresh_token", "email"):
        assert before[name] not in record
    assert "refresh token twice" in lines["token-old-pair"].findings[0].reason
    again = run_command(*run, cwd=tmp_path)
    assert again.code == 4, again.out
    examined = run_command("doctor", foreign.root, *PAGES, cwd=tmp_path)
    assert (examined.code, "stored grant" in examined.out) == (0, True)


def test_a_grant_that_has_ended_is_told(foreign, tmp_path):
    """Nothing is judged, and the advice is to get another."""
    connect(tmp_path, foreign, Act.GRANT)
    file = tmp_path / GRANT
    [kept] = json.loads(file.read_text())["grants"]
    file.write_text(json.dumps({"grants": [{**kept, "refresh_token": "spent"}]}))
    ended = run_command("run", foreign.root, *PAGES, "--out", "out", cwd=tmp_path)
    assert ended.code == 3
    assert "refresh the grant" in ended.out
    assert "backpack-conformance connect" in ended.out
    ended = run_command("run", foreign.root, "--jobs", "2", "--out", "out", cwd=tmp_path)
    assert (ended.code, "only one process" in ended.err) == (2, True)


def test_a_denial_is_told_at_both_ends(foreign, tmp_path):
    """Nothing is stored."""
    ended, read = connect(tmp_path, foreign, Act.DENY)
    assert ended.code == 3
    assert "access_denied" in ended.out
    assert "access_denied" in read
    assert not (tmp_path / GRANT).exists()


def test_a_callback_that_never_comes_is_told(foreign, tmp_path):
    """After the time that it was waited for, with advice."""
    words = ("connect", foreign.root, *PAGES, "--email", "ada@example.org", "--wait", "1")
    ended = run_command(*words, cwd=tmp_path)
    assert ended.code == 3
    assert "within 1 seconds" in ended.out
    assert "--issuer-url" in ended.out
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("{", 2, "grant.json:1:2: expected JSON"),
        ("{}", 2, "expected grants with api, target"),
        ('{"grants": [7]}', 2, "expected grants with api, target"),
        ('{"grants": [{"target": "http://other.example/", %s}]}', 3, "get a grant from"),
    ],
    ids=["no JSON", "no grants", "a number", "of another target"],
)
def test_a_file_with_something_else_is_told(foreign, tmp_path, content, code, says):
    """A grant of another target is none."""
    rest = ("api", "email", "callback", "api_root", "access_token", "refresh_token")
    others = ", ".join(f'"{name}": "x"' for name in rest)
    file = tmp_path / GRANT
    file.parent.mkdir()
    file.write_text(content.replace("%s", others))
    words = ("run", foreign.root, *PAGES, "--select", "token-refresh", "--out", "out")
    ended = run_command(*words, cwd=tmp_path)
    assert ended.code == code, ended.out + ended.err
    assert says in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err


def test_who_will_grant_must_be_known(foreign, tmp_path):
    """Badges are made for their e-mail."""
    ended = run_command("connect", foreign.root, cwd=tmp_path)
    assert ended.code == 2
    assert "--email E-MAIL" in ended.err
