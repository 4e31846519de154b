"""A step with ``must: hold`` ends the scenario when it does not keep what it expects."""

from pathlib import Path

from conformance.apis.registry import DEFAULT
from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.scenario.load import load
from conformance.scenario.steps import names_used
from conformance.target.opening import TargetOptions

WRITTEN = """
id: identity-held
title: A token works twice
steps:
  - connect: {earner: ada}
    save: grant
  - identity: {token: $grant.access_token}
    expect:
      BC-AUTH-01: {status: STATUS}
    must: hold
  - identity: {token: $grant.access_token}
    given: $grant.access_token
    expect:
      BC-AUTH-06: {status: 2xx}
"""


def outcomes(folder: Path, status: str) -> list[Outcome]:
    """Of both expectations, of which the first asks for this status."""
    file = folder / "identity-held.backpack.yaml"
    file.write_text(WRITTEN.replace("STATUS", status))
    with open_runner(DEFAULT, RunOptions(target=TargetOptions("mock"))) as runner:
        return [finding.outcome for finding in runner.run(load(file, DEFAULT.language)).findings]


def test_what_follows_is_judged_only_if_all_holds(tmp_path: Path):
    """Otherwise nothing is said of it, though the step itself succeeded."""
    assert outcomes(tmp_path, "2xx") == [Outcome.PASSED, Outcome.PASSED]
    assert outcomes(tmp_path, "418") == [Outcome.FAILED, Outcome.CANT_TELL]


def test_a_condition_is_a_use_of_a_name(tmp_path: Path):
    """A counter-example keeps what it depends on."""
    file = tmp_path / "identity-held.backpack.yaml"
    file.write_text(WRITTEN.replace("STATUS", "2xx").replace("{token: $grant.access_token}", "{}"))
    assert names_used(load(file, DEFAULT.language).steps) == {"grant"}
