"""The page about load says what the command does."""

import re
import shlex
from pathlib import Path

import pytest

from conformance.apis.registry import APIS
from conformance.cli.load import load
from conformance.core.verdict import ExitCode
from tests.conformance.command import run_command

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "load.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\$ backpack-conformance (.*)\n((?:(?!```).*\n)*)```", TEXT, re.MULTILINE)
ROW = re.compile(r"^\| `([\w.]+)` \| `([\w-]+)` \| (\d+) \| (.*) \|$", re.MULTILINE)


def test_the_tasks_are_those_of_the_apis():
    """With their weights, and what they judge."""
    listed = [(api, task, int(weight), judges) for api, task, weight, judges in ROW.findall(TEXT)]
    assert listed == [
        (api.name, task.name, task.weight, ", ".join(task.judges))
        for api in APIS.values()
        for task in api.load.tasks
    ]


def test_the_options_are_those_of_the_command():
    """By the names that it has for them."""
    known = {option for parameter in load.params for option in parameter.opts}
    listed = re.findall(r"^\| `(--[\w-]+) ", TEXT, re.MULTILINE)
    assert set(listed) <= known
    assert set(re.findall(r"--[a-z][\w-]+", TEXT)) <= known


@pytest.mark.parametrize(("number", "script"), [(0, "run.sh"), (1, "one-site.sh")])
def test_an_example_starts_what_the_page_shows(number, script):
    """A master and its workers."""
    text = (ROOT / "examples" / "load-workers" / script).read_text(encoding="utf-8")
    for line in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)[number].splitlines():
        assert line in text


@pytest.mark.slow
@pytest.mark.parametrize(("command", "output"), SHOWN, ids=["mock", "defect"])
def test_a_command_ends_as_shown(command, output, tmp_path):
    """With what the page says that it prints."""
    ended = run_command(*shlex.split(command), cwd=tmp_path)
    expected = ExitCode.DOES_NOT_CONFORM if "maxfail" in command else ExitCode.CONFORMS
    assert ended.code == expected, ended.out + ended.err
    place = 0
    for line in output.splitlines():
        for part in filter(None, line.split("…")):
            assert part in ended.out[place:], ended.out
            place = ended.out.index(part, place)
