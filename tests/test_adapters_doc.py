"""The page on adapters is complete, and its examples run."""

import json
import re
import shlex

import pytest

from conformance.report.baseline import read_baseline
from conformance.target.adapter.messages import methods, read
from tests.conformance.command import run_command
from tests.conformance.node import BACKPACK, needs_node
from tests.test_issuer_docs import ROOT

pytestmark = pytest.mark.slow

TEXT = (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ backpack-conformance (.*)$", TEXT, re.MULTILINE)
PROGRAM = re.compile(r"^backpack-conformance run (.*)$", re.MULTILINE)


def block(language: str) -> str:
    """The one block in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return str(found)


@needs_node
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_says_what_the_page_shows(command: str):
    """Line by line; … stands for anything."""
    shown = TEXT.split(f"$ backpack-conformance {command}\n")[1].split("```")[0]
    wanted = "".join(".*" if part == "…" else re.escape(part) for part in re.split("(…)", shown))
    ended = run_command(*shlex.split(command), cwd=BACKPACK)
    assert re.fullmatch(wanted, ended.out, re.DOTALL), ended.out + ended.err


@needs_node
def test_the_run_of_the_page_runs(tmp_path):
    """The command of the page, for a few scenarios."""
    words = shlex.split(PROGRAM.findall(TEXT)[0])
    few = ("--select", "token-refresh", "--out", str(tmp_path), "--allow-incomplete")
    ended = run_command("run", *words, *few, cwd=BACKPACK)
    assert ended.code == 0, ended.out


def test_the_messages_of_the_page_are_messages():
    """Each line fits the schema."""
    hello, *rest = block("json").splitlines()
    read(hello.encode(), "hello")
    for line in rest:
        read(line.encode(), "call" if "call" in json.loads(line) else "reply")


def test_the_baseline_of_the_page_is_one(tmp_path):
    """It can be read, and names what there is."""
    file = tmp_path / "baseline.toml"
    file.write_text(block("toml"), encoding="utf-8")
    assert [entry.requirement for entry in read_baseline(file)] == ["BC-TOKEN-04", "BC-ISSUE-07"]


def test_the_page_tells_every_method():
    """All methods that an adapter may have, and nothing else."""
    assert set(re.findall(r"^\| `(\w+)\(", TEXT, re.MULTILINE)) == set(methods())


def test_the_length_that_the_page_tells_is_true():
    """How little an adapter is."""
    lines = len((BACKPACK / "adapter.py").read_text().splitlines())
    assert f"in {lines} lines" in TEXT
