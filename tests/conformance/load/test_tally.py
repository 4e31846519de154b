"""What is counted, by one process or by several."""

import json

from conformance.load.figures import figures
from conformance.load.histogram import Histogram
from conformance.load.tally import Sent, Tally, TaskReport

SETTING = {"earners": 2, "ramp": 0.0}


def report(task="push", failed=(), cut="", milliseconds=(10.0,), unanswered=0):
    """What one task adds."""
    sent = [Sent("issue", each, is_answered=True, length=5) for each in milliseconds]
    sent += [Sent("issue", 9000.0, is_answered=False, length=0)] * unanswered
    return TaskReport("connect", task, tuple(sent), ("BC-ISSUE-01",), failed, ((3, 10.0),), cut)


def tally_of(*reports):
    """A tally of tasks that ended one second after the other."""
    tally = Tally()
    for second, each in enumerate(reports):
        tally.add(second, each)
    return tally


def test_percentiles_are_those_of_the_requests():
    """To two significant digits."""
    histogram = Histogram()
    for value in range(1, 101):
        histogram.add(value)
    assert [histogram.percentile(each) for each in (50, 95, 99)] == [50, 95, 99]
    histogram.add(12_345)
    assert max(histogram.counts) == 12_000
    assert Histogram().percentile(50) == 0


def test_a_request_without_a_response_has_no_time():
    """It is counted, and takes part in no percentile."""
    counted = figures(tally_of(report(unanswered=2)), 2.0, SETTING)
    assert (counted["requests"], counted["unanswered"], counted["rate"]) == (3, 2, 1.5)
    assert counted["endpoints"][0]["longest"] == 10
    assert counted["timeline"] == [{"second": 0, "requests": 1, "p50": 10, "p95": 10, "p99": 10}]


def test_requirements_that_failed_come_first():
    """With how often they were judged."""
    counted = figures(tally_of(report(), report(failed=("BC-ISSUE-11",))), 1.0, SETTING)
    assert counted["requirements"] == [
        {"requirement": "BC-ISSUE-11", "judged": 1, "failed": 1},
        {"requirement": "BC-ISSUE-01", "judged": 2, "failed": 0},
    ]


def test_tasks_say_why_they_were_cut_short():
    """And how often."""
    cut = report(cut="connect: no answer within 40 seconds")
    counted = figures(tally_of(cut, cut, report()), 1.0, SETTING)
    reasons = {"connect: no answer within 40 seconds": 2}
    assert counted["tasks"] == [{"api": "connect", "task": "push", "runs": 3, "cut": reasons}]


def test_tallies_add_up():
    """Over JSON, in any order: the figures are those of one process that saw all."""
    reports = [report(), report(failed=("BC-ISSUE-11",)), report(cut="no"), report("identity")]
    whole, joined = tally_of(*reports), Tally()
    parts = [Tally(), Tally()]
    for second, each in enumerate(reports):
        parts[second % 2].add(second, each)
    for part in reversed(parts):
        joined.merge(json.loads(json.dumps(part.to_wire())))
    expected, counted = (figures(each, 4.0, SETTING) for each in (whole, joined))
    for each in (expected, counted):
        each["tasks"].sort(key=lambda task: task["task"])
    assert counted == expected
