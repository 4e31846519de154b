"""The example Backpack in Node conforms, at every level of effort."""

import json
import re
from pathlib import Path

import pytest

from tests.conformance.command import Ended, run_command
from tests.conformance.node import BACKPACK, needs_node, serving
from tests.conftest import CHROMIUM

pytestmark = [needs_node, pytest.mark.slow]

SERVER = BACKPACK / "server.mjs"
FEW = "token-refresh or identity-told or revoke-ends or issue-stored or issue-signed"
EXPIRY = "token-after-expiry"
ADAPTER = ("--adapter", "adapter:NodeBackpack")


def judged(tmp_path: Path, *words: str) -> tuple[Ended, dict[str, set[str]]]:
    """How a run ended, and the requirements by outcome."""
    ended = run_command("run", *words, "--out", str(tmp_path), cwd=BACKPACK)
    requirements = json.loads((tmp_path / "summary.json").read_text())["requirements"]
    outcomes: dict[str, set[str]] = {}
    for name, requirement in requirements.items():
        outcomes.setdefault(requirement["outcome"], set()).add(name)
    return ended, outcomes


@pytest.mark.exhaustive
def test_it_conforms_without_a_warning(tmp_path: Path):
    """Every scenario, with the Python adapter that starts it and moves its clock."""
    allowed = () if CHROMIUM else ("--allow-incomplete",)
    ended, outcomes = judged(tmp_path, *ADAPTER, "--forbidden-host", "127.0.0.2", *allowed)
    assert ended.code == 0, ended.out
    assert ("Conforms: 54 of 54" if CHROMIUM else "Incomplete: 53") in ended.out
    may = {"BC-ISSUE-03", "BC-ISSUE-22", "BC-TOKEN-11"}
    assert outcomes.get("failed", set()) <= may
    assert "cantTell" not in outcomes


def test_a_url_is_enough(tmp_path: Path):
    """Level 0: no configuration; what only a clock could show stays untested, with the reason."""
    with serving(SERVER) as url:
        ended, outcomes = judged(tmp_path, url, "--select", f"{FEW} or {EXPIRY}")
    assert ended.code == 4, ended.out
    assert "failed" not in outcomes
    assert {"BC-TOKEN-03", "BC-IDENT-04", "BC-REVOKE-02", "BC-ISSUE-05"} <= outcomes["passed"]
    assert "BC-TOKEN-10" in outcomes["untested"]
    assert "--wait-expiry is not set" in ended.out


def test_expiry_may_be_waited_for(tmp_path: Path):
    """Level 0 with patience, where tokens live for two seconds."""
    with serving(SERVER, "--expires", "2") as url:
        _, outcomes = judged(tmp_path, url, "--select", EXPIRY, "--wait-expiry", "4")
    assert "BC-TOKEN-10" in outcomes["passed"]


def test_a_recipe_walks_through_its_pages(tmp_path: Path):
    """Level 1: what to fill in and to press, instead of a reader's guess."""
    recipe = """
[[consent]]
step = "log in"
form = "form[action='/login']"
fields = {"input[name=email]" = "$email", "input[name=password]" = "$password"}

[[consent]]
step = "answer"
form = "form[action='/accept']"
grant = "button"
deny = "a"
"""
    with serving(SERVER) as url:
        file = tmp_path / "target.toml"
        file.write_text(f'url = "{url}"\n{recipe}')
        ended, outcomes = judged(tmp_path, str(file), "--select", f"{FEW} or connect-denied")
    assert "failed" not in outcomes, ended.out
    assert {"BC-TOKEN-03", "BC-ISSUE-05", "BC-CONNECT-07"} <= outcomes["passed"]


@pytest.mark.parametrize(
    "adapter",
    [ADAPTER, ("--adapter-command", "node adapter.mjs")],
    ids=["python", "json-lines"],
)
def test_an_adapter_starts_it_and_moves_its_clock(adapter: tuple[str, str], tmp_path: Path):
    """Levels 2 and 3: expiry and scopes are judged without waiting, and nothing stays behind."""
    wanted = f"{FEW} or {EXPIRY} or bearer-scope"
    ended, outcomes = judged(tmp_path, *adapter, "--select", wanted)
    assert ended.code == 4, ended.out
    assert "failed" not in outcomes
    assert {"BC-TOKEN-10", "BC-AUTH-08", "BC-REVOKE-02"} <= outcomes["passed"]
    header = json.loads((tmp_path / "record.jsonl").read_text().splitlines()[0])
    assert header["target"] == f"adapter:{adapter[1]}"


def test_an_adapter_of_a_running_backpack_starts_none(tmp_path: Path):
    """With a URL the adapter is asked for everything but start."""
    adapter = BACKPACK / "adapter.mjs"
    quiet = tmp_path / "quiet.mjs"
    text = re.sub(r"  async start\(\) \{.*?\n  \},\n", "", adapter.read_text(), flags=re.DOTALL)
    quiet.write_text(text.replace('"./', f'"{BACKPACK.as_uri()}/'))
    with serving(SERVER) as url:
        words = (url, "--adapter-command", f"node {quiet}")
        _, outcomes = judged(tmp_path, *words, "--select", "token-refresh")
    assert "BC-TOKEN-03" in outcomes["passed"]


@pytest.mark.parametrize(
    "adapter",
    [ADAPTER, ("--adapter-command", "node adapter.mjs")],
    ids=["python", "json-lines"],
)
def test_every_method_of_the_adapters_works(adapter: tuple[str, str]):
    """As the command that tries them reports, and as the Backpack itself shows."""
    ended = run_command("adapter", *adapter, cwd=BACKPACK)
    assert ended.code == 0, ended.out
    assert "fails" not in ended.out
    for line in (
        r"grant +works +its token is accepted: GET .* responded with 200",
        r"advance +works +the token is refused: GET .* responded with 401",
        r"revoke +works +the token is refused: GET .* responded with 401",
        r"stop +works",
    ):
        assert re.search(line, ended.out), ended.out


def test_the_python_adapter_is_short():
    """An adapter for a real server needs less than a hundred lines."""
    assert len((BACKPACK / "adapter.py").read_text().splitlines()) < 100
