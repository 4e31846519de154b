"""The profile of a run selects the answers, and every report shows it."""

import json
from collections.abc import Iterable, Iterator

import pytest

from conformance.apis.registry import APIS
from conformance.core.api import api_facts
from conformance.core.catalogue import requirements
from conformance.core.requirement import Level
from conformance.core.schemas import profiles, schema_names
from conformance.core.verdict import Outcome
from conformance.record.reader import read_record
from conformance.scenario.model import Expectation, Scenario
from conformance.selftest.trial import FEW, is_story
from conformance.target.configuration.keys import keys
from tests.conformance.command import run_command
from tests.conformance.reading import text_of
from tests.conftest import CHROMIUM, Judge, failed
from tests.miniatures.plain import PlainBackpack

pytestmark = pytest.mark.slow

LIFE = 3
"""Seconds that the miniature's tokens live, so that their end can be waited for."""

OTHERWISE = frozenset(
    {
        "access-refused",
        "already-added",
        "assertion-invalid",
        "badge-accepted",
        "badge-created",
        "badge-missing",
        "foreign-page",
        "grant-type-invalid",
        "granted",
        "origin-mismatch",
        "refresh-token-invalid",
        "returned",
        "token-expired",
        "token-invalid",
        "token-missing",
        "wrong-earner",
    }
)
"""Answers that the miniature gives as the document allows, and not as the historical server did."""


def answers_of(expectation: Expectation) -> set[str]:
    """The named answers that an expectation asks for."""
    return {expectation.terms.get("answer", ""), *expectation.terms.get("exactly", ())} - {""}


def naming_answers(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Those that a profile changes: they judge by a named answer, or tell what is drawn."""
    return [
        scenario
        for scenario in scenarios
        if (CHROMIUM or "browser" not in scenario.needs)
        and (
            is_story(scenario)
            or any(answers_of(each) for step in scenario.steps for each in step.expect)
        )
    ]


def differing(scenarios: Iterable[Scenario]) -> Iterator[str]:
    """The binding requirements that are judged by an answer which the miniature gives otherwise."""
    for scenario in scenarios:
        for expectation in (expectation for step in scenario.steps for expectation in step.expect):
            if answers_of(expectation) & OTHERWISE and is_binding(expectation.requirement):
                yield expectation.requirement


def is_binding(name: str) -> bool:
    """Whether a failure of it is more than a note."""
    return requirements()[name].level is not Level.MAY


@pytest.mark.exhaustive
def test_a_backpack_that_uses_its_freedoms_is_told_where_it_differs(
    judge_target: Judge, scenarios: list[Scenario]
):
    """Conforming by the document, it fails where the historical server differs, and no more."""
    chosen = naming_answers(scenarios)
    with PlainBackpack(accounts=None, expires=LIFE) as backpack:
        waiting = {"wait_expiry": LIFE + 5.0}
        outcomes = judge_target(backpack.root, chosen, FEW, "mozilla-v1", **waiting)
    judged = {name for name, found in outcomes.items() if found & {Outcome.PASSED, Outcome.FAILED}}
    assert {*filter(is_binding, failed(outcomes))} == judged & {*differing(chosen)}
    assert {name for name, found in outcomes.items() if Outcome.CANT_TELL in found} == set()


def test_the_mock_answers_as_the_historical_server_did(
    judge_target: Judge, scenarios: list[Scenario]
):
    """Nothing fails under the stricter profile, and nothing stays open."""
    chosen = naming_answers(scenarios)
    outcomes = judge_target("mock", chosen, FEW, "mozilla-v1")
    assert failed(outcomes) == set()
    assert {name for name, found in outcomes.items() if Outcome.CANT_TELL in found} == set()


def test_every_door_knows_the_same_profiles():
    """Command line, pytest option and reports use the existing folders."""
    [key] = [key for key in keys() if key.flag == "profile"]
    every = {name: profiles(api.language.answers) for name, api in APIS.items()}
    assert {key.default} == {names[0] for names in every.values()}
    assert {name: tuple(api_facts(name).profiles) for name in every} == every
    assert set(key.schema["enum"]) == {profile for names in every.values() for profile in names}


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("documented", "documented (what the API document allows)"),
        ("mozilla-v1", "mozilla-v1 (exactly what the historical server answered)"),
    ],
)
def test_the_profile_of_a_run_is_told(profile, words, tmp_path):
    """By the terminal, the record, the page and the summary, and in the command to repeat it."""
    out = ("--select", "connect-denied", "--out", str(tmp_path))
    ended = run_command("run", "--profile", profile, *out)
    assert f"Profile: {words}" in ended.out
    record = read_record(tmp_path / "record.jsonl")
    assert record.sections[0].profile == profile
    assert f"--profile {profile}" in record.header["command"]
    assert words in text_of((tmp_path / "conformance.html").read_text())
    assert (
        json.loads((tmp_path / "summary.json").read_text())["apis"]["connect"]["profile"] == profile
    )
    assert f'<property name="profile" value="{profile}"' in (tmp_path / "junit.xml").read_text()


@pytest.mark.exhaustive
def test_the_pytest_option_chooses_the_answers(pytester):
    """In a user's own run, too: a 401 without its header is right by the document alone."""
    pytester.makefile(
        ".backpack.yaml",
        mine="id: mine\ntitle: An unknown token is refused\nsteps:\n  - connect: {earner: ada}\n"
        "    save: grant\n"
        "  - identity: {token: unknown, at: $grant.api_root}\n"
        "    expect:\n      BC-AUTH-05: {answer: token-invalid}\n",
    )
    target = "--backpack-target=mock:bearer.no-www-authenticate"
    pytester.runpytest_subprocess(target).assert_outcomes(passed=1)
    ended = pytester.runpytest_subprocess(target, "--backpack-profile=mozilla-v1")
    ended.assert_outcomes(failed=1)


def test_an_unknown_profile_is_told(tmp_path):
    """With the ones that there are."""
    ended = run_command("run", "--profile", "mozilla", cwd=tmp_path)
    assert ended.code == 2
    assert (
        "--profile: expected one of 'documented', 'mozilla-v1', 'badgr', saw 'mozilla'" in ended.err
    )


def test_only_answers_differ_between_profiles():
    """A named answer is looked up in the set of the profile, which has one of its own."""
    assert set(schema_names("answers/connect/mozilla-v1")) >= OTHERWISE
