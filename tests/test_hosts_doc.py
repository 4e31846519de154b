"""The page for hosts of Open Badges 3.0 is complete, and its examples run."""

import re
import shlex
from pathlib import Path

import pytest

from conformance.apis.registry import APIS
from conformance.core.verdict import ExitCode
from tests.conformance.command import run_command
from tests.conformance.node import example_host, needs_node, serving
from tests.miniatures.current import CurrentHost

TEXT = (Path(__file__).parent.parent / "docs" / "hosts.md").read_text(encoding="utf-8")
BY_ITSELF, EXAMPLE = TEXT.split("## An example")
COMMANDS = re.compile(r"^\$ (backpack-conformance .*)\n((?:(?!```).*\n)*)```", re.MULTILINE)
SHOWN = COMMANDS.findall(BY_ITSELF)
ROOT = "http://127.0.0.1:8000"
ENDS = {"doctor": ExitCode.CONFORMS, "run": ExitCode.INCOMPLETE}
LANGUAGE = APIS["ob3"].language


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "output"), SHOWN, ids=[example[0].split()[1] for example in SHOWN]
)
def test_a_command_ends_as_shown(command: str, output: str, tmp_path: Path):
    """Each line of its output stands on the page in the order in which it is printed."""
    with CurrentHost() as host:
        words = shlex.split(command.replace(ROOT, host.root))[1:]
        ended = run_command(*words, cwd=tmp_path)
        printed = ended.out.replace(host.root, ROOT)
    assert ended.code == ENDS[words[0]], ended.out + ended.err
    check_shown(output, printed)


def check_shown(output: str, printed: str) -> None:
    """What the page shows is printed, in this order."""
    place = 0
    for line in output.splitlines():
        for part in filter(None, line.split("…")):
            assert part in printed[place:], printed
            place = printed.index(part, place)


@pytest.mark.slow
@needs_node
def test_the_example_in_node_is_told_as_shown(tmp_path: Path, tmp_path_factory):
    """With the mistake with which the page starts it."""
    [(command, output)] = COMMANDS.findall(EXAMPLE)
    wrong = re.search(r"--port 8300 (--wrong \S+)", EXAMPLE)
    assert wrong is not None
    with serving(example_host(tmp_path_factory), *wrong[1].split()) as root:
        words = shlex.split(command.replace("http://127.0.0.1:8300", root))[1:]
        ended = run_command(*words, cwd=tmp_path)
    assert ended.code == ExitCode.INCOMPLETE, ended.out + ended.err
    check_shown(output, ended.out)


def test_the_features_are_those_of_the_api():
    """Each with what offers it."""
    assert re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE) == list(LANGUAGE.features)


def test_the_numbers_are_right():
    """Of flaws and of variants."""
    assert f"{len(LANGUAGE.flaws)} flaws" in TEXT
    assert f"{len(LANGUAGE.variants)} other ways" in TEXT
