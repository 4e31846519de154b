"""The score of the kill matrix that is shipped is that of this very version."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.apis.registry import APIS
from conformance.core.catalogue import catalogue_hash
from conformance.core.resources import suite_version
from conformance.report.trust import selftest_file
from conformance.selftest.report import to_json
from conformance.selftest.score import DefectTrial, Matrix
from conformance.selftest.trial import broken_by, defects_of

REPORTS = Path(__file__).parent.parent / "reports"
SHIPPED = {name: REPORTS / selftest_file(name) for name in APIS}
RENEW = "backpack-conformance selftest, see CONTRIBUTING.md"


def outdated(matrix: Mapping[str, Any]) -> Iterator[str]:
    """Why a kill matrix is not about this version."""
    if matrix["suite"] != suite_version():
        yield f"it is of version {matrix['suite']}"
    api = matrix["api"]
    if matrix["catalogue"] != catalogue_hash(api):
        yield "the catalogue of requirements is another"
    if matrix["left_out"]:
        yield f"{matrix['left_out']} defects were left out"
    tried = {name: defect["breaks"] for name, defect in matrix["defects"].items()}
    if tried != {name: sorted(broken_by(name, api)) for name in defects_of(api)}:
        yield "the catalogue of defects is another"


def made(api: str, left_out: int = 0) -> dict[str, Any]:
    """A matrix of this version."""
    trials = [
        DefectTrial(name, "", broken_by(name, api), broken_by(name, api))
        for name in defects_of(api)
    ]
    sound = DefectTrial("none", "", frozenset(), frozenset())
    matrix = Matrix(trials, [], sound, left_out=left_out, api=api)
    written: dict[str, Any] = json.loads(to_json(matrix))
    return written


@pytest.mark.parametrize("api", [name for name, file in SHIPPED.items() if file.is_file()])
def test_the_shipped_score_is_current(api):
    """Requirements, defects and version are those that it was measured with."""
    shipped = json.loads(SHIPPED[api].read_text(encoding="utf-8"))
    assert shipped["api"] == api
    assert list(outdated(shipped)) == [], RENEW


@pytest.mark.slow
@pytest.mark.parametrize("api", APIS)
def test_a_score_of_another_state_is_noticed(api):
    """For any change since."""
    right = made(api)
    assert list(outdated(right)) == []
    assert list(outdated({**right, "suite": "0.0.1"})) == ["it is of version 0.0.1"]
    assert list(outdated({**right, "catalogue": "0" * 64})) != []
    assert list(outdated(made(api, left_out=3))) == ["3 defects were left out"]
    fewer = {**right, "defects": dict(list(right["defects"].items())[1:])}
    assert list(outdated(fewer)) == ["the catalogue of defects is another"]
