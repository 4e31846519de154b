"""With the defects of a family, the mock answers as providers of that family do."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from conformance.apis.registry import APIS as SUITE
from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.scenario.load import shipped_rows
from conformance.scenario.model import Scenario
from conformance.target.opening import TargetOptions
from mock_backpack.apis.all import APIS
from mock_backpack.apis.badge_connect.dialects import BADGR
from mock_backpack.faults.all import MISBEHAVIOURS

pytestmark = pytest.mark.slow

BADGE_CONNECT = SUITE["ob2.1"]
TEXT = (Path(__file__).parents[4] / "docs" / "mock.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\|.*\| (BC21-[^|]+) \| (accepted|fails: [^|]+) \|$", re.MULTILINE)
JUDGED = [(name, how) for names, how in ROW.findall(TEXT) for name in names.split(", ")]
"""The table of the documentation: requirements, and whether the profile accepts the answer."""
EVERY = [name for name, _ in JUDGED]
FAILS = {
    "documented": set(EVERY),
    "badgr": {name for name, how in JUDGED if how != "accepted"},
}
"""By profile: what such a provider fails."""
TELLING = {
    *("authorization-without-pkce[neither]", "authorization-other-methods[missing]"),
    "authorization-incomplete[no-state]",
}
"""Rows of which another than the first shows a habit."""
DEPENDING = {
    *("BC21-AUTH-06", "BC21-ENV-03", "BC21-GET-02", "BC21-GET-05", "BC21-GET-08", "BC21-GET-10"),
    *("BC21-GET-11", "BC21-GET-13", "BC21-MANI-02", "BC21-POST-02", "BC21-POST-05"),
    *("BC21-POST-06", "BC21-POST-09", "BC21-POST-12", "BC21-POST-14", "BC21-POST-15"),
    *("BC21-POST-18", "BC21-PROF-02", "BC21-PROF-05", "BC21-REV-03"),
}
"""What is judged with the help of the same answers, and must not fail for their form."""


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_a_dialect_names_defects_that_there_are(api):
    """Each once."""
    for names in api.dialects.values():
        MISBEHAVIOURS.check_names("defect", names)
        assert len(set(names)) == len(names)


def telling_rows() -> list[Scenario]:
    """Rows about the habits of the family, and about what depends on them: one of a scenario."""
    chosen: dict[str, Scenario] = {}
    for row in shipped_rows(BADGE_CONNECT.language):
        if row.name in TELLING:
            chosen[row.id] = row
        elif {*EVERY, *DEPENDING} & set(row.requirements):
            chosen.setdefault(row.id, row)
    return list(chosen.values())


def failed(rows: Iterable[Scenario], profile: str, defects: Iterable[str] = BADGR) -> set[str]:
    """What the mock fails with some defects, by a profile."""
    target = TargetOptions(f"mock:{','.join(defects)}")
    options = RunOptions(target=target, seed=1, answers=profile, examples=1, shrinking=0.0)
    with open_runner(BADGE_CONNECT, options) as runner:
        results = [runner.run(row) for row in rows]
    assert [result.trouble for result in results if result.trouble] == []
    return {
        finding.requirement
        for result in results
        for finding in result.findings
        if finding.outcome is Outcome.FAILED
    }


def test_the_table_says_how_each_habit_is_judged():
    """Every requirement that a defect of the dialect breaks is in it, and no other, once."""
    entries = [MISBEHAVIOURS.entry(name, "defect") for name in BADGR]
    broken = {name for entry in entries for name in entry.breaks if name.startswith("BC21-")}
    assert len(set(EVERY)) == len(EVERY)
    assert broken == set(EVERY)
    assert FAILS["badgr"] < FAILS["documented"]


@pytest.mark.slow
@pytest.mark.parametrize("profile", FAILS)
def test_badgr_fails_what_its_habits_break_and_no_more(profile):
    """By each profile: the documentation names it, and nothing else is accused with it."""
    assert failed(telling_rows(), profile) == FAILS[profile]


@pytest.mark.slow
@pytest.mark.parametrize(
    "defects",
    [
        ("manifest.odd-version", "get.own-members", "profile.no-type", "envelope.always-200"),
        ("envelope.empty-error", "get.wrong-total", "get.forgives-numbers", "profile.crashes"),
    ],
    ids=lambda defects: defects[0],
)
def test_what_is_no_habit_of_badgr_fails_by_its_profile_too(defects):
    """The profile takes known answers, and not whatever differs from the specification."""
    breaks = {name for defect in defects for name in MISBEHAVIOURS.entry(defect, "defect").breaks}
    expected = {name for name in breaks if name.startswith("BC21-")}
    rows = [row for row in telling_rows() if expected & set(row.requirements)]
    assert failed(rows, "badgr", defects) >= expected


@pytest.mark.exhaustive
@pytest.mark.parametrize("profile", FAILS)
def test_badgr_fails_no_more_in_any_row(profile):
    """The same with all scenarios."""
    assert failed(shipped_rows(BADGE_CONNECT.language), profile) == FAILS[profile]
