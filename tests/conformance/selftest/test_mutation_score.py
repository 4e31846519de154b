"""The mutation score is shown next to the kill matrix if the catalogue is the same."""

import json
from pathlib import Path

import pytest

from conformance.core.catalogue import catalogue_hash
from conformance.report import trust
from conformance.report.html import to_html
from conformance.selftest import report
from conformance.selftest.score import DefectTrial, Matrix
from tests.conformance.records import conforming, judged

SCORE = "7 of 9 mutants caught."
EMPTY = Matrix([], [], DefectTrial("none", "", frozenset(), frozenset()))


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A score of this catalogue."""
    content = {"catalogue": catalogue_hash(), "score": SCORE}
    (tmp_path / trust.MUTATION).write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr(trust, "folder", lambda name: tmp_path)  # noqa: ARG005


@pytest.mark.usefixtures("shipped")
def test_the_selftest_tells_it():
    """As text, for programs, and on the page."""
    assert report.to_text(EMPTY).splitlines()[-1] == SCORE
    assert json.loads(report.to_json(EMPTY))["mutants"] == SCORE
    assert SCORE in report.to_html(EMPTY)


@pytest.mark.usefixtures("shipped")
def test_the_report_tells_it():
    """Of the catalogue that the record was judged by, and of no other."""
    record = judged(conforming(), catalogue=catalogue_hash())
    assert SCORE in to_html(record)
    other = judged(record, catalogue="0" * 64)
    assert SCORE not in to_html(other)


def test_nothing_is_told_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A suite without a score says nothing of mutants."""
    monkeypatch.setattr(trust, "folder", lambda name: tmp_path)  # noqa: ARG005
    assert trust.mutation_score(catalogue_hash()) == ""
    assert "mutant" not in report.to_text(EMPTY)
