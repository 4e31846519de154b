"""The score of the kill matrix that is shipped is that of this very version."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.catalogue import catalogue_hash
from conformance.core.resources import suite_version
from conformance.report.trust import SELFTEST
from conformance.selftest.report import to_json
from conformance.selftest.score import DefectTrial, Matrix
from conformance.selftest.trial import defects_of
from conformance.target.mock import defects

SHIPPED = Path(__file__).parent.parent / "reports" / SELFTEST
RENEW = "backpack-conformance selftest, see CONTRIBUTING.md"


def outdated(told: Mapping[str, Any]) -> Iterator[str]:
    """Why a kill matrix is not about this version."""
    if told["suite"] != suite_version():
        yield f"it is of version {told['suite']}"
    if told["catalogue"] != catalogue_hash():
        yield "the catalogue of requirements is another"
    if told["left_out"]:
        yield f"{told['left_out']} defects were left out"
    tried = {name: one["breaks"] for name, one in told["defects"].items()}
    if tried != {name: sorted(defects()[name].breaks) for name in defects_of(DEFAULT.name)}:
        yield "the catalogue of defects is another"


def made(left_out: int = 0) -> dict[str, Any]:
    """A matrix of this version."""
    trials = [
        DefectTrial(name, "", frozenset(defects()[name].breaks), frozenset(defects()[name].breaks))
        for name in defects_of(DEFAULT.name)
    ]
    sound = DefectTrial("none", "", frozenset(), frozenset())
    told: dict[str, Any] = json.loads(to_json(Matrix(trials, [], sound, left_out=left_out)))
    return told


@pytest.mark.skipif(not SHIPPED.is_file(), reason=f"no score is shipped: {RENEW}")
def test_the_shipped_score_is_current():
    """Requirements, defects and version are those that it was measured with."""
    assert list(outdated(json.loads(SHIPPED.read_text(encoding="utf-8")))) == [], RENEW


def test_a_score_of_another_state_is_noticed():
    """For any change since."""
    assert list(outdated(made())) == []
    assert list(outdated({**made(), "suite": "0.0.1"})) == ["it is of version 0.0.1"]
    assert list(outdated({**made(), "catalogue": "0" * 64})) != []
    assert list(outdated(made(left_out=3))) == ["3 defects were left out"]
    fewer = {**made(), "defects": dict(list(made()["defects"].items())[1:])}
    assert list(outdated(fewer)) == ["the catalogue of defects is another"]
