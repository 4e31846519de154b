"""The kill matrix says what was seen, and a suite that is deceived does not call itself perfect."""

import json

import pytest
from attrs import evolve
from click.testing import CliRunner

from conformance.cli import main
from conformance.core.catalogue import catalogue_hash
from conformance.core.verdict import Outcome, RunVerdict
from conformance.report.trust import Trust, score_for
from conformance.selftest import matrix
from conformance.selftest.report import line_of, to_html, to_json
from conformance.selftest.score import BadRun, Catch, DefectTrial, Matrix
from conformance.selftest.trial import Reach, run_all, scenarios
from conformance.target.opening import TargetOptions
from tests.conformance.command import run_command
from tests.conformance.records import conforming

pytestmark = pytest.mark.slow

SOUND = DefectTrial("none", "The mock as it is.", frozenset(), frozenset())
CAUGHT = DefectTrial("a.one", "Says <one>.", frozenset({"BC-IDENT-01"}), frozenset({"BC-IDENT-01"}))
MISSED = evolve(CAUGHT, defect="a.two", failed=frozenset())
ACCUSED = evolve(CAUGHT, defect="a.three", failed=frozenset({"BC-IDENT-01", "BC-IDENT-02"}))
SEEN = BadRun("dead", "Nothing listens.", RunVerdict.COULD_NOT_TELL, (), may_pass=False)
PERFECT = Matrix([CAUGHT], [SEEN], SOUND)


def test_a_perfect_matrix_says_its_score():
    """Defects, bad targets, and how many requirements are proven."""
    assert PERFECT.is_perfect
    assert PERFECT.score == (
        "1 of 1 defects caught exactly, 1 of 1 bad targets recognized, "
        "1 requirements broken by a defect."
    )


@pytest.mark.parametrize(
    "flawed",
    [
        evolve(PERFECT, trials=[CAUGHT, MISSED]),
        evolve(PERFECT, trials=[CAUGHT, ACCUSED]),
        evolve(PERFECT, sound=evolve(SOUND, failed=frozenset({"BC-IDENT-01"}))),
        evolve(PERFECT, bad_runs=[evolve(SEEN, verdict=RunVerdict.CONFORMS)]),
        evolve(PERFECT, bad_runs=[evolve(SEEN, passed=("BC-IDENT-01",))]),
        evolve(PERFECT, unproven=("BC-IDENT-01",)),
    ],
    ids=["missed", "accused", "sound mock accused", "deceived", "passed something", "unproven"],
)
def test_whatever_went_wrong_shows(flawed):
    """In the score, in the text, on the page."""
    assert not flawed.is_perfect
    assert "does-not-conform" in to_html(flawed)
    assert json.loads(to_json(flawed))["perfect"] is False


@pytest.mark.parametrize(
    ("trial", "catch", "shown"),
    [
        (CAUGHT, Catch.EXACT, "caught           a.one                            BC-IDENT-01"),
        (MISSED, Catch.MISSED, "missed           a.two                            -BC-IDENT-01"),
        (ACCUSED, Catch.ACCUSED, "false positives  a.three                          BC-IDENT-01 +"),
    ],
)
def test_a_trial_is_told_in_a_line(trial, catch, shown):
    """A missed requirement has a minus, a wrongly failed one a plus."""
    assert trial.catch is catch
    assert line_of(trial).startswith(shown)


def test_a_backpack_that_passes_some_is_seen_through_where_it_may():
    """It answers some requests as a Backpack would, and still does not conform."""
    mixed = BadRun("mixed", "", RunVerdict.DOES_NOT_CONFORM, ("BC-IDENT-01",), may_pass=True)
    assert mixed.is_seen


def test_a_report_takes_its_score_from_the_matrix_of_its_catalogue():
    """As it was written; that of another catalogue says nothing."""
    matrix = json.loads(to_json(PERFECT))
    [section] = conforming().sections
    assert score_for(section, matrix) == Trust(PERFECT.score, perfect=True, defects=1)
    assert score_for(section, {**matrix, "catalogue": "0" * 64}) is None


def test_a_matrix_is_of_the_catalogue_of_its_api():
    """So that no report on another API shows its score."""
    matrix = json.loads(to_json(evolve(PERFECT, api="ob2.1")))
    assert (matrix["api"], matrix["catalogue"]) == ("ob2.1", catalogue_hash("ob2.1"))
    assert score_for(conforming().sections[0], matrix) is None


def test_a_part_of_the_matrix_is_no_score():
    """It says how much it left out, and no report takes it."""
    part = evolve(PERFECT, left_out=7)
    assert part.score.endswith("1 requirements broken by a defect; 7 defects not tested.")
    assert score_for(conforming().sections[0], json.loads(to_json(part))) is None


def test_the_page_escapes_what_it_shows():
    """Nothing of a defect's words is markup."""
    assert "Says &lt;one&gt;." in to_html(PERFECT)


BAD = ("dead", "hangs", "500", "empty-object", "html")


def reach_of_identities(api: str) -> Reach:
    """As if the defects were met only there."""
    found = {scenario.name: frozenset[str]() for scenario in scenarios(api)}
    return {**found, "identity-told": frozenset({"identity.salt-missing"})}


def try_some_of_the_sound_mock(api: str) -> DefectTrial:
    """Run a part of the suite against the mock; `test_kill_matrix.py` holds for the whole."""
    some = [scenario for scenario in scenarios(api) if scenario.id == "identity-told"]
    return evolve(SOUND, failed=run_all(api, TargetOptions("mock"), some).having(Outcome.FAILED))


def test_the_command_writes_the_matrix(tmp_path, monkeypatch):
    """Three files, a score, and exit code 0 when all is well."""
    monkeypatch.setattr(matrix, "try_the_sound_mock", try_some_of_the_sound_mock)
    monkeypatch.setattr(matrix, "BAD_TARGETS", BAD)
    monkeypatch.setattr(matrix, "reach", reach_of_identities)
    words = ["selftest", "--select", "identity.salt-missing", "--out", str(tmp_path)]
    ended = CliRunner().invoke(main, words)
    assert ended.exit_code == 0, ended.output
    assert "1 of 1 defects caught exactly" in ended.output
    written = json.loads((tmp_path / "selftest.json").read_text())
    assert written["defects"]["identity.salt-missing"]["catch"] == "caught"
    assert written["left_out"] > 100
    assert set(written["bad_targets"]) == {*BAD}
    assert "identity.salt-missing" in (tmp_path / "selftest.html").read_text()
    assert "identity.salt-missing" in (tmp_path / "selftest.txt").read_text()


def test_a_selection_that_fits_nothing_is_told(tmp_path):
    """With what was asked for."""
    ended = run_command("selftest", "--select", "no-such-thing", "--out", str(tmp_path))
    assert ended.code == 2
    assert "no defect name contains 'no-such-thing'" in ended.err
    other = run_command("selftest", "--select", "profile.no-type", "--out", str(tmp_path))
    assert other.err.endswith(
        "no defect name of connect contains 'profile.no-type'; 1 with --api ob2.1\n"
    )
