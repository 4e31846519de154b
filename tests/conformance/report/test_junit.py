"""``junit.xml`` is read by CI systems as it is meant."""

import pytest
from attrs import evolve
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from conformance.core.catalogue import requirement
from conformance.core.plain import UNSEEN
from conformance.core.verdict import Finding, Outcome
from conformance.record.model import Record
from conformance.report.junit import to_junit
from tests.conformance.records import (
    ALL,
    MUST,
    PREFLIGHT,
    exchange,
    failed,
    line_of,
    passed,
    record,
)
from tests.conformance.runs import HOSTILE, RECORDS, hostile

SHOULD = "BC-SAFE-02"
MAY = "BC-ISSUE-03"


def read(made: Record) -> JUnitXml:
    """The file as a third-party reader parses it."""
    return JUnitXml.fromstring(to_junit(made))


def cases(made: Record) -> dict[str, TestCase]:
    """The test cases by the id of their requirement."""
    return {case.name.split()[0]: case for suite in read(made) for case in suite}


def case(outcome: Outcome, name: str = MUST[0], *, strict: bool = False) -> TestCase:
    """The test case of a requirement with this outcome."""
    finding = failed(name) if outcome is Outcome.FAILED else Finding(name, outcome, reason="so")
    return cases(record(line_of(finding, exchanges=[exchange()]), strict=strict))[name]


@pytest.mark.parametrize("made", RECORDS.values(), ids=RECORDS)
def test_every_requirement_is_a_test_case(made):
    """In the order of the catalogue, with its sentence, under area and level."""
    found = cases(made())
    assert list(found)[: len(ALL)] == ALL
    assert requirement(MUST[0]).statement in found[MUST[0]].name
    assert found[MUST[0]].classname == "connect.MUST"


@pytest.mark.parametrize("made", RECORDS.values(), ids=RECORDS)
def test_the_counts_are_those_of_the_cases(made):
    """Some CI systems look at nothing else."""
    [suite] = read(made())
    kinds = [type(result) for case in suite for result in case.result]
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
        len(list(suite)),
        kinds.count(Failure),
        kinds.count(Error),
        kinds.count(Skipped),
    )


def test_a_must_that_failed_is_a_failure():
    """With a message in a line, and all details below."""
    [result] = case(Outcome.FAILED).result
    assert isinstance(result, Failure)
    assert result.message == "expected a new pair; came back 401 {}"
    assert "curl -i -X GET" in result.text
    assert "scenarios/token/one.backpack.yaml:12" in result.text


def test_a_should_that_failed_passes_with_its_warning():
    """Unless it was asked to bind."""
    found = case(Outcome.FAILED, SHOULD)
    assert found.is_passed
    assert "expected    a new pair" in found.system_out
    assert isinstance(case(Outcome.FAILED, SHOULD, strict=True).result[0], Failure)


def test_a_may_never_fails():
    """Not even in a strict run, which still conforms."""
    assert case(Outcome.FAILED, MAY, strict=True).is_passed


def test_a_must_that_could_not_be_told_is_an_error():
    """It is red, but distinct from a failure of the target."""
    [result] = case(Outcome.CANT_TELL).result
    assert isinstance(result, Error)
    assert result.message == "so"


@pytest.mark.parametrize("name", [SHOULD, MAY])
def test_what_does_not_bind_and_could_not_be_told_is_skipped(name):
    """A run that conforms is not red in CI."""
    assert isinstance(case(Outcome.CANT_TELL, name).result[0], Skipped)


@pytest.mark.parametrize("outcome", [Outcome.UNTESTED, Outcome.INAPPLICABLE])
def test_what_was_not_tested_is_skipped_with_its_reason(outcome):
    """It is never green."""
    [result] = case(outcome).result
    assert isinstance(result, Skipped)
    assert result.message == "so"


@pytest.mark.parametrize("name", ["interrupted", "broken off"])
def test_a_run_that_could_not_tell_is_not_green(name):
    """Even if everything passed before it ended."""
    [suite] = read(RECORDS[name]())
    assert suite.errors + suite.failures > 0


def test_trouble_of_the_preflight_is_told():
    """The file contains the reason, even if no scenario ran."""
    stopped = record(ended="preflight", preflight=PREFLIGHT)
    [suite] = read(stopped)
    assert suite.errors > 0
    assert PREFLIGHT["came_back"] in to_junit(stopped).decode()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_right_xml(name):
    """Characters that XML forbids or a terminal interprets are named; all others stay."""
    found = cases(hostile(HOSTILE[name]))["BC-TOKEN-01"].result[0]
    assert isinstance(found, Failure)
    if name in ("script", "comment", "attribute", "template", "entity"):
        assert HOSTILE[name] in found.message
    assert UNSEEN.search(found.message) is None


def test_all_failures_of_a_requirement_are_told():
    """Each with its place."""
    lines = [line_of(failed(MUST[0], line=at), exchanges=[exchange()]) for at in (11, 22)]
    text = cases(record(*lines))[MUST[0]].result[0].text
    assert ".yaml:11 " in text
    assert ".yaml:22 " in text


def test_the_time_is_that_of_the_scenarios():
    """In seconds."""
    made = record(line_of(passed(MUST[0])), line_of(passed(MUST[1])))
    longer = evolve(made, scenarios=(*made.scenarios, *made.scenarios))
    assert [suite.time for record in (made, longer) for suite in read(record)] == [1.0, 2.0]
