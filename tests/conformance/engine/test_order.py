"""The verdict on a requirement does not depend on earlier or parallel scenarios."""

import json
from pathlib import Path

import pytest

from conformance.apis.registry import DEFAULT
from conformance.scenario.load import shipped
from tests.conformance.command import run_command

pytestmark = pytest.mark.slow

CHOSEN = "token-re or token-old or revoke-ends or identity-t or bearer-a"


def outcomes(out: Path, *arguments: str) -> dict[str, str]:
    """The outcome of every requirement, of a mock with a defect."""
    ended = run_command(
        "run",
        "mock:token.no-rotation",
        "--seed=1",
        f"--select={CHOSEN}",
        f"--out={out}",
        *arguments,
    )
    assert ended.code == 1, ended.out + ended.err
    requirements = json.loads((out / "summary.json").read_text())["requirements"]
    return {name: requirement["outcome"] for name, requirement in requirements.items()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> dict[str, str]:
    """The outcomes of a run in the order of the files, in one process."""
    return outcomes(tmp_path_factory.mktemp("alone"))


def test_another_order_says_the_same(alone, tmp_path):
    """Last file first."""
    backwards = [f"--scenarios={file}" for file in reversed(shipped(DEFAULT.language))]
    assert outcomes(tmp_path, *backwards) == alone


def test_several_processes_say_the_same(alone, tmp_path):
    """Two of them, with one record."""
    assert outcomes(tmp_path, "--jobs", "2") == alone


def test_a_scenario_alone_says_the_same(alone, tmp_path):
    """No scenario needs another."""
    ended = run_command(
        "run", "mock:token.no-rotation", "--select", "token-old-pair", "--out", str(tmp_path)
    )
    requirements = json.loads((tmp_path / "summary.json").read_text())["requirements"]
    assert requirements["BC-TOKEN-06"]["outcome"] == alone["BC-TOKEN-06"], ended.out
