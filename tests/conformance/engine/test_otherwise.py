"""An expectation with ``otherwise`` says that a target leaves out what it may leave out."""

from pathlib import Path

from conformance.apis.registry import DEFAULT
from conformance.core.verdict import Finding, Outcome
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.scenario.load import load
from conformance.target.opening import TargetOptions

WRITTEN = """
id: identity-conditional
title: An answer has a part that may be left out
steps:
  - connect: {earner: ada}
    save: grant
  - identity: {token: $grant.access_token}
    expect:
      BC-AUTH-01:
        when: {properties: {headers: {required: [HEADER]}}}
        otherwise: the Backpack sends no such header
        status: 2xx
"""


def findings(folder: Path, header: str) -> tuple[Finding, ...]:
    """What is found where the answer must have this header for the expectation to be judged."""
    file = folder / "identity-conditional.backpack.yaml"
    file.write_text(WRITTEN.replace("HEADER", header))
    with open_runner(DEFAULT, RunOptions(target=TargetOptions("mock"))) as runner:
        return runner.run(load(file, DEFAULT.language)).findings


def test_what_is_left_out_is_not_applicable(tmp_path: Path):
    """It is not untested, which would keep a correct target from conforming."""
    (finding,) = findings(tmp_path, "x-never-sent")
    assert (finding.outcome, finding.reason) == (
        Outcome.INAPPLICABLE,
        "the Backpack sends no such header",
    )


def test_what_is_there_is_judged(tmp_path: Path):
    """Then it says nothing."""
    (finding,) = findings(tmp_path, "content-type")
    assert finding.outcome is Outcome.PASSED
