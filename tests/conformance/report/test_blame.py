"""A failure says whose fault it most likely is, with what shows it."""

import pytest

from conformance.core.catalogue import requirement
from conformance.core.exchange import Answer, Exchange, Request
from conformance.core.verdict import Finding, Outcome
from conformance.record.model import Record
from conformance.report.blame import Blame, Cause, blame
from conformance.report.html import to_html
from tests.conformance.reading import text_of
from tests.conformance.records import exchange, failed, line_of, record
from tests.conformance.runs import TOKEN

INFERRED = "BC-ISSUE-20"
PUSH = Request("POST", "http://backpack.example/api/issue")


def push(number: int, status: int) -> Exchange:
    """A push that ended so."""
    return Exchange(number, PUSH, Answer(status), 0.1)


def blamed(made: Record, name: str = TOKEN) -> Blame:
    """The likely cause of the first failure of a requirement."""
    scenario, finding = next(made.sections[0].accusing(name))
    return blame(made.sections[0], requirement(name), scenario, finding)


def test_who_answers_wrongly_is_at_fault():
    """The exchange that shows it is named, with its status."""
    found = blamed(record(line_of(failed(TOKEN), exchanges=[exchange()])))
    assert found.cause is Cause.TARGET
    assert "exchange 1, GET /api/identity, status 401" in found.evidence


def test_a_finding_without_an_exchange_is_told_by_its_step():
    """It is about several requests."""
    found = blamed(record(line_of(failed(TOKEN, exchange=None))))
    assert (found.cause, "(step 3)" in found.evidence) == (Cause.TARGET, True)


def test_no_answer_may_be_the_fault_of_the_network():
    """The number of answered requests distinguishes the two."""
    silent = Exchange(1, PUSH, None, 40.0, "no answer within 40 seconds")
    made = record(line_of(failed(TOKEN), exchanges=[silent, exchange(2), exchange(3)]))
    found = blamed(made)
    assert found.cause is Cause.NETWORK
    assert "no answer within 40 seconds" in found.evidence
    assert "2 of 3 requests got one" in found.evidence


@pytest.mark.parametrize(
    ("statuses", "fault"), [([400, 502], Cause.CONFIGURATION), ([400, 201], Cause.TARGET)]
)
def test_when_no_push_is_accepted_the_target_may_not_reach_the_site(statuses, fault):
    """One that is accepted shows that it can."""
    pushes = [push(number, status) for number, status in enumerate(statuses, start=1)]
    assert blamed(record(line_of(failed(TOKEN), exchanges=pushes))).cause is fault


def test_what_no_document_says_in_so_many_words_is_an_open_point():
    """The source is cited, so that the reader can check it."""
    found = blamed(record(line_of(failed(INFERRED), exchanges=[exchange()])), INFERRED)
    assert found.cause is Cause.OPEN_POINT
    assert requirement(INFERRED).cited in found.evidence


def doubted(reason: str, trouble: str = "", *, suite_failed: bool = True) -> Record:
    """A record in which a requirement is inconclusive."""
    finding = Finding(TOKEN, Outcome.CANT_TELL, reason=reason, suite_failed=suite_failed)
    return record(line_of(finding, trouble=trouble))


def test_trouble_of_the_suite_is_not_blamed_on_the_target():
    """The last line of its traceback is shown."""
    shown = text_of(to_html(doubted("the suite failed at step 2", "Traceback\nKeyError: a")))
    assert "Likely cause: our own suite. KeyError: a" in shown


def test_trouble_without_a_traceback_is_told_by_its_reason():
    """Such as a clock that could not be advanced."""
    shown = text_of(to_html(doubted("the suite failed at step 2 (advance): no clock")))
    assert "Likely cause: our own suite. the suite failed at step 2 (advance): no clock" in shown


def test_a_target_that_breaks_off_a_story_is_to_blame():
    """An earlier step did not end as it must."""
    shown = text_of(to_html(doubted("it broke before this at step 2", suite_failed=False)))
    assert "Likely cause: the target. An earlier step" in shown


def test_the_report_tells_it_of_each_failure():
    """Beside what came back."""
    shown = text_of(to_html(record(line_of(failed(TOKEN), exchanges=[exchange()]))))
    assert "The target. The target responded (exchange 1" in shown
