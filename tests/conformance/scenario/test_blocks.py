"""Blocks of steps are read with their place, and used by scenarios like a step."""

from pathlib import Path

import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.documents import read_yaml
from conformance.core.errors import AuthoringError
from conformance.core.verdict import Outcome
from conformance.scenario.blocks import SUFFIX as BLOCK
from conformance.scenario.blocks import known_blocks
from conformance.scenario.lint import SUFFIX
from conformance.scenario.load import load, problems, shipped, shipped_scenarios
from tests.conftest import Judge

OWN = """id: own-block
title: A token that works
inputs: [note]
outputs: {token: $grant.access_token, note: $in.note}
steps:
  - connect: {earner: ada}
    save: grant
  - identity: {token: $grant.access_token}
"""
USER = """id: user
title: A scenario that uses a block
steps:
  - use: {block: own-block, with: {note: hello}}
    save: got
  - identity: {token: $got.token}
    expect:
      BC-IDENT-02: {body: {type: email}}
"""


def written(folder: Path, user: str = USER, block: str = OWN) -> Path:
    """A scenario file, with a block in the same folder."""
    (folder / "blocks").mkdir(exist_ok=True)
    (folder / "blocks" / f"own-block{BLOCK}").write_text(block)
    file = folder / f"user{SUFFIX}"
    file.write_text(user)
    return file


def problems_of(file: Path) -> str:
    """The problems of a file, one per line."""
    return "\n".join(map(str, problems(read_yaml(file), DEFAULT.language)))


def test_a_block_runs_as_a_step(tmp_path, judge_target: Judge):
    """Its outputs can be used, and nothing else of it."""
    found = judge_target("mock", [load(written(tmp_path), DEFAULT.language)])
    assert found == {"BC-IDENT-02": {Outcome.PASSED}}


def test_a_block_that_breaks_is_no_failure_of_what_follows(tmp_path, judge_target: Judge):
    """If the target does not get that far, the rest is inconclusive."""
    found = judge_target(
        "mock:token.needs-bearer", [load(written(tmp_path, block=REFRESHING), DEFAULT.language)]
    )
    assert found == {"BC-IDENT-02": {Outcome.CANT_TELL}}


REFRESHING = OWN.replace(
    "  - identity: {token: $grant.access_token}\n",
    "  - refresh: {token: $grant.refresh_token}\n",
)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("own-block", "owm-block"), "no block is called 'owm-block': did you mean own-block?"),
        ((", with: {note: hello}", ""), "block own-block: expected a value for note"),
        (("note: hello", "note: hi, nose: red"), "block own-block has no input 'nose'"),
        (("$got.token", "$got.tokem"), "unknown reference $got.tokem: did you mean token?"),
    ],
)
def test_what_is_wrong_with_a_use_is_told(tmp_path, wrong, says):
    """With line and column."""
    found = problems_of(written(tmp_path, USER.replace(*wrong)))
    assert says in found
    assert f"user{SUFFIX}:" in found


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("id: own-block", "id: other"), "id: expected 'own-block' as the file is named"),
        (("outputs", "output"), "output"),
        (("save: grant", "save: grant\n    expect: {BC-IDENT-02: {status: 200}}"), "expect"),
    ],
)
def test_what_is_wrong_with_a_block_is_told(tmp_path, wrong, says):
    """With the place in the block's own file."""
    with pytest.raises(AuthoringError, match=f"own-block{BLOCK}:") as raised:
        problems_of(written(tmp_path, block=OWN.replace(*wrong)))
    assert says in str(raised.value)


def test_needs_of_a_block_are_needs_of_the_scenario(tmp_path):
    """A block that lets time pass needs a clock."""
    waiting = OWN.replace("  - identity", "  - advance: {seconds: 5}\n  - identity")
    assert "clock" in load(written(tmp_path, block=waiting), DEFAULT.language).needs


def test_every_shipped_block_is_used():
    """By a shipped scenario."""
    used = {
        step.arguments["block"].id
        for scenario in shipped_scenarios(DEFAULT.language)
        for step in scenario.steps
        if step.verb == "use"
    }
    assert used == set(known_blocks(shipped(DEFAULT.language)[0], DEFAULT.language))
