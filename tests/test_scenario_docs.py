"""The page for authors of scenarios is complete, and its examples run."""

import re
from pathlib import Path

import pytest

from conformance.apis.connect.drawing import STRATEGIES
from conformance.apis.connect.verbs import VERBS
from conformance.apis.registry import DEFAULT
from conformance.apis.verbs.deriving import CHANGES
from conformance.core.schemas import load as schema
from conformance.scenario.blocks import SUFFIX as BLOCK_SUFFIX
from conformance.scenario.expectations.terms import TERMS
from conformance.scenario.lint import SUFFIX
from conformance.scenario.load import load
from tests.conformance.command import run_command

TEXT = (Path(__file__).parent.parent / "docs" / "scenarios.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def id_of(example: str) -> str:
    """The scenario's own name."""
    return example.partition("id: ")[2].partition("\n")[0]


def is_block(example: str) -> bool:
    """Whether it is a block, and no scenario."""
    return "\noutputs:" in example


def test_everything_that_there_is_stands_on_the_page():
    """No verb, term, change or strategy is a secret."""
    names = [*VERBS, *TERMS, *CHANGES, *STRATEGIES, "when", "must", "save"]
    assert [name for name in names if f"`{name}" not in TEXT] == []


def test_every_parameter_of_a_verb_stands_on_the_page():
    """The page describes everything that the JSON Schema allows in a step."""
    for verb in VERBS:
        for name in schema("scenario")["$defs"][verb]["properties"]:
            assert re.search(rf"\b{name}\b", TEXT), f"{verb}: {name}"


@pytest.mark.slow
def test_the_examples_run(tmp_path):
    """Each is read without a complaint, and passes against the mock."""
    (tmp_path / "blocks").mkdir()
    for example in sorted(EXAMPLES, key=is_block, reverse=True):
        if is_block(example):
            (tmp_path / "blocks" / f"{id_of(example)}{BLOCK_SUFFIX}").write_text(example)
            continue
        file = tmp_path / f"{id_of(example)}{SUFFIX}"
        file.write_text(example)
        load(file, DEFAULT.language)
    ended = run_command("run", "--scenarios", str(tmp_path), "--out", str(tmp_path), "-v")
    assert ended.code == 4
    passed = {line.split()[1] for line in ended.out.splitlines() if line.startswith("pass ")}
    assert passed >= {"BC-TOKEN-04", "BC-TOKEN-05", "BC-ISSUE-19", "BC-ISSUE-01", "BC-ISSUE-11"}
    assert "FAIL" not in ended.out
