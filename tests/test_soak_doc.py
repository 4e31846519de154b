"""The page about soaks says what the commands do."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.apis.registry import APIS, DEFAULT
from conformance.core.verdict import ExitCode, Outcome
from conformance.pytest_plugin.options import BUDGETS
from conformance.record.reader import read_record
from conformance.scenario.load import shipped
from tests.conformance.command import run_command
from tests.console import assert_shown, examples
from tests.redis import running_redis

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "soak.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
BINARIES = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
DEFECT = "mock:issue.mangles-unicode"


def outcomes(folder):
    """What a run judged, by requirement."""
    lines = read_record(folder / "record.jsonl").scenarios
    return {found.requirement: found.outcome for line in lines for found in line.findings}


def shell(words, folder, **variables):
    """Run a command of the page to its end."""
    return subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PATH": BINARIES, **variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.exhaustive
def test_the_commands_end_as_shown(tmp_path):
    """One after the other: the second one finds what the first one stored."""
    for command, output in examples(TEXT):
        ended = run_command(*shlex.split(command)[1:], cwd=tmp_path)
        assert ended.code == ExitCode.INCOMPLETE, ended.out + ended.err
        assert_shown(output, ended.out)


@pytest.mark.exhaustive
def test_the_example_runs(tmp_path):
    """With a small budget, and one property that fails."""
    pytest.importorskip("redis", reason="needs the extra soak")
    with running_redis(tmp_path, "not-to-be-shown") as url:
        ended = shell(
            ["sh", str(ROOT / "examples" / "soak" / "run.sh"), DEFECT],
            tmp_path,
            BACKPACK_EXAMPLES_DATABASE=url,
            BUDGET="ci",
            SELECT="issue-any-hosted or issue-any-broken",
        )
    for name in ("one", "two"):
        assert outcomes(tmp_path / name)["BC-ISSUE-24"] is Outcome.FAILED, ended.stderr
    assert "not-to-be-shown" not in ended.stdout + ended.stderr


def test_the_page_shows_the_lines_of_the_example():
    """As they are."""
    script = (ROOT / "examples" / "soak" / "run.sh").read_text(encoding="utf-8")
    assert BLOCKS[0] in script


@pytest.mark.exhaustive
def test_the_command_of_one_machine_runs(tmp_path):
    """Against the mock, with a small budget."""
    pytest.importorskip("redis", reason="needs the extra soak")
    with running_redis(tmp_path, "PASSWORD") as url:
        command = BLOCKS[1].replace("redis://:PASSWORD@redis.example:6379/0", url)
        command = command.replace("https://backpack.example", DEFECT).replace("soak", "quick")
        ended = shell(["sh", "-c", f"{command.strip()} --select issue-any-hosted"], tmp_path)
    assert outcomes(tmp_path / "conformance-report")["BC-ISSUE-01"] is Outcome.PASSED, ended.stderr


@pytest.mark.exhaustive
def test_the_command_of_pytest_runs(tmp_path):
    """Its workers store what they find in the Redis that the option names."""
    redis = pytest.importorskip("redis", reason="needs the extra soak")
    [scenario] = [each for each in shipped(DEFAULT.language) if "issue-any-broken" in each.name]
    (tmp_path / "tests" / "backpack").mkdir(parents=True)
    (tmp_path / "tests" / "backpack" / scenario.name).write_text(scenario.read_text())
    with running_redis(tmp_path, "PASSWORD") as url:
        command = BLOCKS[2].replace("redis://redis.example:6379/0", url)
        command = command.replace("https://backpack.example", "mock:issue.error-as-200")
        ended = shell(["sh", "-c", command.replace("soak", "quick")], tmp_path)
        stored = redis.Redis.from_url(url).keys("*issue-any-broken*")
    assert "1 failed" in ended.stdout, ended.stdout + ended.stderr
    assert len(stored) == 1


def test_the_budgets_are_those_of_the_properties():
    """The most that a scenario asks for."""
    files = (
        file.read_text(encoding="utf-8") for api in APIS.values() for file in shipped(api.language)
    )
    counts = [
        map(int, found.groups())
        for text in files
        if (
            found := re.search(
                r"^examples: {quick: (\d+), ci: (\d+), soak: (\d+)}$", text, re.MULTILINE
            )
        )
    ]
    most = dict(zip(BUDGETS, map(max, zip(*counts, strict=True)), strict=True))
    numbers = re.findall(r"\b(\d+)(?: examples)? and .{3,12} with `(\w+)`", TEXT.replace("\n", " "))
    assert {budget: int(number) for number, budget in numbers} == most
