"""The page for consumers of Open Badges 2.1 is complete, and its examples run."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.core.catalogue import of_role
from mock_backpack.issuer.situations import situations_of
from tests.conformance.command import unfolded
from tests.test_consumers import MOODLE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "consumers.md").read_text(encoding="utf-8")
PORT = "8765"
PATIENCE = 600
COMMANDS = re.findall(r"^\$ (backpack-conformance issuer .*)$", TEXT, re.MULTILINE)
SITUATIONS = situations_of("ob2.1")
OF_EACH = "BC21-CLIENT-07"
"""What the consumer like Moodle fails in every situation."""


def block(language):
    """The one block in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return found


def run(*words):
    """Run words in the checkout, as the page does."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    python = {"PYTHONPATH": str(ROOT), "ISSUER_PATIENCE": "3"}
    environment = {**unfolded(), **python, "PATH": path, "NO_COLOR": "1"}
    return subprocess.run(
        words,
        cwd=ROOT,
        env=environment,
        timeout=PATIENCE,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_says_what_the_page_shows(command, tmp_path):
    """Line by line; … stands for anything."""
    words = shlex.split(command)
    if shutil.which(words[words.index("--") + 1]) is None:
        pytest.skip("needs node")
    shown = TEXT.split(f"$ {command}\n")[1].split("```")[0]
    wanted = "".join(".*" if part == "…" else re.escape(part) for part in re.split("(…)", shown))
    done = run(*words[:2], "--out", str(tmp_path), *words[2:])
    assert re.match(wanted.replace("\\ ", " +"), done.stdout, re.DOTALL), done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_the_way_over_http_runs():
    """It ends with a verdict in which nothing failed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = run("bash", "-c", block("bash").replace(PORT, str(port)))
    verdict = json.loads(done.stdout[done.stdout.index('{"situation"') :])
    assert verdict["failed"] == []
    outcomes = {ruling["id"]: ruling["outcome"] for ruling in verdict["requirements"]}
    assert outcomes["BC21-CLIENT-16"] == "passed"


CONSUMER = f"""
import asyncio, sys
sys.path.insert(0, {str(ROOT / "examples" / "python")!r})
import consumer

def award(manifest, earner, badges):
    told = {{"BACKPACK_EARNER": earner, "BACKPACK_AWARDS": str(badges)}}
    asyncio.run(consumer.main(environment={{**told, "BACKPACK_MANIFEST": manifest}}))
"""


def test_the_tests_of_the_page_run(pytester):
    """With a separate consumer, and without settings of this project."""
    pytester.makepyfile(my_consumer=CONSUMER, test_mine=block("python"))
    result = pytester.runpytest_subprocess("-p", "no:asyncio", "-W", "error")
    result.assert_outcomes(passed=2)


def test_every_situation_stands_on_the_page():
    """With what happens, what is seen, and what it tests."""
    for situation in SITUATIONS.values():
        tests = ", ".join(name.removeprefix("BC21-CLIENT-") for name in situation.tests)
        name = situation.id.partition("/")[2]
        assert f"| `{name}` | {situation.does} | {situation.sees} | {tests} |" in TEXT


def test_the_page_counts_rightly():
    """Situations, and MUST requirements."""
    assert f"{len(SITUATIONS)} **situations**" in TEXT
    count = sum(requirement.level == "MUST" for requirement in of_role("issuer", "ob2.1"))
    assert f"10 of {count} MUST requirements passed" in TEXT


def test_every_variable_stands_on_the_page():
    """Those that situations tell."""
    variables = {name for situation in SITUATIONS.values() for name in situation.tells}
    assert [name for name in variables if f"| `{name}` |" not in TEXT] == []


def test_the_verdicts_on_habits_are_those_of_the_tests():
    """For each habit, without what fails everywhere."""
    page = re.findall(
        r"^\| ([a-z].+) \| `([\w-]+)` \| (BC21-CLIENT-\d+|no failure) \|$", TEXT, re.MULTILINE
    )
    tested = [
        (habit, situation, next((name for name in broken if name != OF_EACH), ""))
        for habit, (situation, _, broken) in MOODLE.items()
    ]
    special = {"has its session key as state": OF_EACH}
    assert page == [
        (habit, situation, broken or special.get(habit, "no failure"))
        for habit, situation, broken in tested
    ]
