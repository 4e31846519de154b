"""A record of two APIs: a section and a verdict for each, in every view."""

import json
from itertools import product

import pytest
from junitparser import JUnitXml

from conformance.certificates.open_badge import FOLDER, BadgeAward, badge_files
from conformance.core.api import api_facts
from conformance.core.catalogue import of_role
from conformance.core.requirement import Level
from conformance.core.verdict import ExitCode
from conformance.record.model import Record
from conformance.record.reader import record_of
from conformance.report.comparison import compare
from conformance.report.comparison import to_html as comparison_page
from conformance.report.conclusion import conclude
from conformance.report.earl import to_earl
from conformance.report.html import to_html
from conformance.report.junit import to_junit
from conformance.report.markdown import to_markdown
from conformance.report.standing import first_baseline
from conformance.report.summary import summarize, to_json
from conformance.report.views import VIEWS
from conformance.selftest.report import to_html as matrix_page
from conformance.selftest.score import DefectTrial, Matrix
from tests.conformance.reading import attributes, text_of
from tests.conformance.records import (
    PREFLIGHT,
    Line,
    conforming,
    failed,
    footer,
    header,
    line_of,
    passed,
    stated,
)

APIS = ("connect", "ob2.1")
IDS = {api: [requirement.id for requirement in of_role("backpack", api)] for api in APIS}
FIRST = {
    api: next(
        requirement.id
        for requirement in of_role("backpack", api)
        if requirement.level is Level.MUST
    )
    for api in APIS
}
"""A MUST of each API."""
MUSTS = {
    api: sum(requirement.level is Level.MUST for requirement in of_role("backpack", api))
    for api in APIS
}


def line(api: str, outcome: str) -> Line:
    """What a scenario found of an API: everything passed, or one failed or was left out."""
    others = [passed(name) for name in IDS[api] if name != FIRST[api]]
    own = {"conforms": [passed(FIRST[api])], "fails": [failed(FIRST[api])], "lacks": []}
    return line_of(*own[outcome], *others, api=api, name="the-same-name")


def both(first: str, second: str, **changes: object) -> Record:
    """A record in which each API came out in a way; in the way ``dead`` it could not start."""
    ways = dict(zip(APIS, (first, second), strict=True))
    lines = [line(api, way) for api, way in ways.items() if way != "dead"]
    measured = {api: {"preflight": PREFLIGHT} if way == "dead" else {} for api, way in ways.items()}
    head = {**header(**changes), "apis": [stated(api) for api in APIS]}
    return record_of([head, *lines, footer(len(lines), apis=measured)])


CODES = {
    "conforms": ExitCode.CONFORMS,
    "lacks": ExitCode.INCOMPLETE,
    "dead": ExitCode.COULD_NOT_TELL,
    "fails": ExitCode.DOES_NOT_CONFORM,
}
"""The exit code of each way, the worst last."""


@pytest.mark.parametrize(("first", "second"), list(product(CODES, CODES)))
def test_the_worst_of_the_apis_decides(first, second):
    """A failure says more than what could not be told, and that more than what was left out."""
    record, ranks = both(first, second), list(CODES)
    summary = summarize(record)
    assert summary.exit_code is CODES[max(first, second, key=ranks.index)]
    assert [part.exit_code for part in summary.parts] == [CODES[first], CODES[second]]
    assert record.verdict() == summary.verdict
    assert json.loads(to_json(record))["exit_code"] == summary.exit_code


@pytest.mark.slow
def test_an_api_that_could_not_start_does_not_hide_the_other():
    """Each is told with its own verdict, and the run as a whole has finished."""
    record = both("dead", "conforms")
    summary = json.loads(to_json(record))
    assert record.ended == summary["ended"] == "finished"
    assert {name: each["ended"] for name, each in summary["apis"].items()} == {
        "connect": "preflight",
        "ob2.1": "finished",
    }
    assert summary["apis"]["ob2.1"]["verdict"] == "conforms"
    text = text_of(to_html(record))
    assert text.count("The run could not start") == 1
    assert both("dead", "dead").ended == "preflight"


@pytest.mark.slow
def test_every_api_is_told_by_name():
    """With its sentence, its profile and how it was found."""
    record = both("fails", "conforms")
    for view in (to_html(record), to_markdown(record), summarize(record).sentence):
        for title in ("Backpack Connect", "Badge Connect"):
            assert title in view
    text = " ".join(text_of(to_html(record)).split())
    first, second = MUSTS.values()
    assert f"Backpack Connect Does not conform: 1 of {first} MUST requirements failed" in text
    assert f"Badge Connect Conforms: {second} of {second} MUST requirements passed." in text
    assert "API ob2.1: named by --api." in text


@pytest.mark.slow
def test_the_page_has_no_id_twice_and_every_link_has_its_end():
    """Although both APIs have failures, requirements and scenarios of the same name."""
    html = to_html(both("fails", "fails"))
    ids = [value for name, value in attributes(html) if name == "id"]
    assert len(ids) == len(set(ids))
    inner = [value[1:] for name, value in attributes(html) if name == "href" and value[0] == "#"]
    assert set(inner) <= set(ids)
    assert {"failures", "ob2-1-failures"} <= set(ids)


def test_junit_has_a_suite_for_each():
    """With its own counts, below those of the file."""
    xml = JUnitXml.fromstring(to_junit(both("fails", "dead")))
    suites = {suite.name.split()[-1]: (suite.tests, suite.failures) for suite in xml}
    assert suites == {"connect": (len(IDS["connect"]), 1), "ob2.1": (len(IDS["ob2.1"]) + 1, 0)}
    assert (xml.tests, xml.failures) == (sum(map(len, IDS.values())) + 1, 1)


def test_the_other_views_hold_all_of_them():
    """One list of assertions, one badge, one archive."""
    record = both("fails", "conforms")
    graph = json.loads(to_earl(record))["@graph"]
    assert sum(each["@type"] == "Assertion" for each in graph) == sum(map(len, IDS.values()))
    badge = json.loads(VIEWS["badge.json"](record))
    assert badge["label"] == "Backpack Connect, Badge Connect"
    assert badge["message"] == "does not conform, 1 failed"
    badge = json.loads(VIEWS["badge.json"](both("conforms", "conforms")))
    musts = sum(MUSTS.values())
    assert badge["message"] == f"conforms, {musts} of {musts}"
    assert len(json.loads(VIEWS["wire.har"](record))["log"]["pages"]) == 2
    assert set(json.loads(to_json(record))["requirements"]) == {*IDS["connect"], *IDS["ob2.1"]}


def test_a_baseline_covers_the_apis_that_it_names():
    """A known failure of one does not hide a new one of the other."""
    known = [entry.members for entry in first_baseline(both("conforms", "fails"))]
    assert [entry["requirement"] for entry in known] == [FIRST["ob2.1"]]
    codes = {
        way: summarize(both(*way, baseline=known)).exit_code
        for way in (("conforms", "fails"), ("fails", "fails"), ("fails", "conforms"))
    }
    assert codes == {
        ("conforms", "fails"): ExitCode.CONFORMS,
        ("fails", "fails"): ExitCode.DOES_NOT_CONFORM,
        ("fails", "conforms"): ExitCode.DOES_NOT_CONFORM,
    }
    stale = summarize(both("conforms", "conforms", baseline=known))
    assert [part.exit_code for part in stale.parts] == [0, 1]


def test_the_terminal_tells_one_api_after_the_other(capsys):
    """First what failed, under the name of its API; both verdicts at the end."""
    record = both("fails", "dead")
    conclude(record, summarize(record))
    out = capsys.readouterr().out
    places = [
        out.index(text)
        for text in (
            "\nBackpack Connect\n",
            f"{FIRST['connect']} MUST",
            "\nBadge Connect\n",
            "The run could not start",
            "Backpack Connect: Does not conform",
            "Badge Connect: Inconclusive: GET /access: no connection.",
        )
    ]
    assert places == sorted(places)


def test_the_terminal_has_no_heading_over_nothing(capsys):
    """Of an API that conforms, there is only the sentence."""
    record = both("conforms", "fails")
    conclude(record, summarize(record))
    out = capsys.readouterr().out
    assert "\nBackpack Connect\n" not in out
    assert "\nBadge Connect\n" in out
    assert "Backpack Connect: Conforms: 67 of 67 MUST requirements passed." in out


SHARED = "BC-SAFE-03"
"""A requirement of both APIs."""


def with_shared(first: Line, second: Line) -> Record:
    """A record in which both APIs judge one requirement, each for itself."""
    head = {**header(), "apis": [stated(api) for api in APIS]}
    return record_of([head, first, second, footer(2)])


@pytest.mark.slow
@pytest.mark.parametrize("api", APIS)
def test_a_requirement_of_both_is_judged_by_each(api):
    """One section fails, the other passes; a view with one outcome shows the worst."""
    found = {each: failed(SHARED) if each == api else passed(SHARED) for each in APIS}
    record = with_shared(*(line_of(found[each], api=each, name=each) for each in APIS))
    outcomes = {
        section.api.name: next(
            str(judgement.outcome)
            for judgement in section.judgements()
            if judgement.requirement.id == SHARED
        )
        for section in record.sections
    }
    assert outcomes == {each: "failed" if each == api else "passed" for each in APIS}
    assert json.loads(to_json(record))["requirements"][SHARED]["outcome"] == "failed"
    assert [entry.requirement for entry in first_baseline(record)] == [SHARED]
    [row] = [row for row in compare([record]).rows if row.requirement.id == SHARED]
    assert row.outcomes == ("failed",)
    graph = json.loads(to_earl(record))["@graph"]
    shown = {
        each["title"]: each["result"]["outcome"]
        for each in graph
        if each.get("test", "").endswith(SHARED)
    }
    titles = ("Backpack Connect", "Badge Connect")
    assert shown == dict(zip(titles, outcomes.values(), strict=True))
    assert len([each for each in graph if each.get("@id", "").endswith(SHARED)]) == 1
    ids = [value for name, value in attributes(to_html(record)) if name == "id"]
    own = "fail-BC-SAFE-03" if api == "connect" else "fail-ob2-1-BC-SAFE-03"
    assert {SHARED, f"ob2-1-{SHARED}", own} <= set(ids)
    assert sum(each.startswith("fail-") for each in ids) == 1


def test_records_of_other_apis_can_be_compared():
    """What one of them was not asked differs, and the comparison says why."""
    made = compare([conforming(), both("conforms", "conforms")])
    assert made.caveats == ["The records were judged for different APIs."]
    new = [name for name in IDS["ob2.1"] if name not in IDS["connect"]]
    assert [row.requirement.id for row in made.different] == new
    assert compare([both("fails", "fails"), both("conforms", "fails")]).caveats == []


@pytest.mark.parametrize("api", [*APIS, "ob3"])
def test_the_page_of_a_kill_matrix_names_its_api(api):
    sound = DefectTrial("none", "The mock as it is.", frozenset(), frozenset())
    page = matrix_page(Matrix([], [], sound, api=api))
    title = api_facts(api).title
    assert f"Kill matrix of the {title} conformance suite" in page
    assert "Backpack Connect" not in page.replace(title, "")


def test_the_page_of_a_comparison_names_all_its_apis():
    page = comparison_page(compare([both("conforms", "conforms"), conforming()]))
    assert "Backpack Connect, Badge Connect conformance, comparison of records" in page


def test_the_criteria_of_a_badge_name_what_was_tested():
    award = BadgeAward("https://a.example/", "A", "", "")
    files = badge_files(both("conforms", "conforms"), award, "a.b.c", b"")
    criteria = files[f"{FOLDER}criteria.html"].decode()
    assert "passes every MUST of Backpack Connect, Badge Connect." in criteria
    assert "Criteria of the badge Backpack Connect, Badge Connect conformance" in criteria
