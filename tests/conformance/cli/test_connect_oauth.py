"""A grant by hand for Open Badges 2.1: a code that the command trades, a client that runs keep."""

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
from conformance.target.http.client import Client, Wire
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount
from tests.conformance.command import Ended, run_command
from tests.conformance.wrong_targets import serving
from tests.miniatures.modern import ModernProvider

pytestmark = pytest.mark.slow

GRANT = Path(".backpack-conformance") / "grant.json"
EMAIL = "ada@example.org"
UNWALKABLE = """
[[consent]]
form = "#no-form-of-this-provider"
grant = "button"
deny = "button"
"""
"""A recipe by which no run gets through the pages."""


@pytest.fixture
def provider() -> Iterator[ModernProvider]:
    """A provider that is not our mock."""
    with ModernProvider() as made:
        yield made


def connect(folder: Path, root: str, act: Act) -> Ended:
    """Run the command while an earner does what it asks."""
    words = ["connect", root, "--api", "ob2.1", "--email", EMAIL, "--wait", "60"]
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    assert process.stdout is not None
    link = next(line.strip() for line in process.stdout if line.strip().startswith("http"))
    with urllib.request.urlopen(asyncio.run(answered(link, act))):  # noqa: S310
        pass
    out, err = process.communicate(timeout=300)
    return Ended(process.returncode, out, err)


async def answered(link: str, act: Act) -> str:
    """The URL to which an earner's browser is redirected."""
    [callback] = parse_qs(urlsplit(link).query)["redirect_uri"]
    client = Client(20)
    ada = EarnerAccount("ada", EMAIL, "difference engine")
    walked = await Browser(Wire(client), ada).consent(link, callback, act)
    await client.close()
    assert walked.exchange.landing is not None
    return walked.exchange.landing.url


def test_a_grant_by_hand_is_kept_and_used(provider, tmp_path):
    """With its client; a run does with it what it can, and says what it cannot."""
    ended = connect(tmp_path, provider.root, Act.GRANT)
    assert ended.code == 0, ended.out + ended.err
    [before] = json.loads((tmp_path / GRANT).read_text())["grants"]
    assert before.keys() > {"client_id", "client_secret", "access_token", "refresh_token"}
    assert (before["api"], before["email"]) == ("ob2.1", EMAIL)
    (tmp_path / "target.toml").write_text(f'url = "{provider.root}"\napi = ["ob2.1"]\n{UNWALKABLE}')
    select = "exchange-refresh or post-then-get or profile-read or authorization-granted"
    ended = run_command("run", "--select", select, "--out", "out", cwd=tmp_path)
    assert ended.code == 4, ended.out + ended.err
    lines = {
        scenario.name: scenario
        for scenario in read_record(tmp_path / "out" / "record.jsonl").scenarios
    }
    outcomes = {name: {each.outcome for each in line.findings} for name, line in lines.items()}
    assert outcomes["post-then-get"] == {Outcome.PASSED}
    assert outcomes["profile-read"] == {Outcome.PASSED}
    assert outcomes["authorization-granted"] == {Outcome.UNTESTED}
    assert (
        "but the only grant was given by hand" in lines["authorization-granted"].findings[0].reason
    )
    record = (tmp_path / "out" / "record.jsonl").read_text()
    for name in ("access_token", "refresh_token", "client_secret", "email"):
        assert before[name] not in record
    examined = run_command("doctor", cwd=tmp_path)
    assert (examined.code, "renew the stored grant" in examined.out) == (0, True), examined.out
    again = run_command("run", "--select", "profile-read", "--out", "out", cwd=tmp_path)
    assert again.code == 4, again.out
    [kept] = json.loads((tmp_path / GRANT).read_text())["grants"]
    (tmp_path / GRANT).write_text(json.dumps({"grants": [{**kept, "refresh_token": "spent"}]}))
    ended = run_command("run", "--select", "profile-read", "--out", "out", cwd=tmp_path)
    assert ended.code == 3
    assert "cannot be renewed" in ended.out
    assert "backpack-conformance connect" in ended.out


def test_a_denial_is_told(provider, tmp_path):
    """Nothing is stored."""
    ended = connect(tmp_path, provider.root, Act.DENY)
    assert ended.code == 3
    assert "access_denied" in ended.out
    assert not (tmp_path / GRANT).exists()


def test_what_is_no_provider_gets_no_link(tmp_path):
    """A sentence, and no link that leads nowhere."""
    with serving(lambda _root, _path: (404, {}, b"")) as root:
        words = ("connect", root, "--api", "ob2.1", "--email", EMAIL, "--wait", "1")
        ended = run_command(*words, cwd=tmp_path)
    assert ended.code == 3
    assert "There is no link to grant access: the manifest cannot be used" in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_one_grant_is_of_one_api(tmp_path):
    """Where several are named, somebody has to choose."""
    apis = ("--api", "connect", "--api", "ob2.1")
    ended = run_command("connect", "http://127.0.0.1:9/", *apis, "--email", EMAIL, cwd=tmp_path)
    assert ended.code == 2
    assert "connect: for which API? Pass --api connect or --api ob2.1" in ended.err
