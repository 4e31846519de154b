"""Errors in a scenario file are reported before it runs, with line, column and advice."""

from pathlib import Path

import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.errors import AuthoringError
from conformance.scenario.load import load, shipped, shipped_rows
from conformance.scenario.model import Expectation
from tests.conformance.command import run_command
from tests.conformance.written import DRAWN, GRACE, JUDGED, WRITTEN, changed, check


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario file to be written."""
    return tmp_path / "mine.backpack.yaml"


@pytest.mark.parametrize(
    "file", shipped(DEFAULT.language), ids=lambda file: file.name.partition(".")[0]
)
def test_a_shipped_scenario_is_right(file: Path):
    """It loads, says in a title and a story what it is about, and proves something."""
    scenario = load(file, DEFAULT.language)
    assert scenario.title[0].isupper()
    assert scenario.story.endswith(".")
    assert all(row.requirements for row in scenario.each())


def test_shipped_scenarios_have_names_of_their_own():
    """Also rows: reports link to a scenario by its name."""
    names = [row.name for row in shipped_rows(DEFAULT.language)]
    assert len(names) == len(set(names))


def test_a_scenario_lies_in_the_folder_of_its_area():
    """``token/token-refresh.backpack.yaml``, below the folder of its API."""
    assert [
        file.name
        for file in shipped(DEFAULT.language)
        if not file.name.startswith(f"{file.parent.name}-")
    ] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("save: grant", "sav: grant", "7:5: steps.0.sav: expected one of", id="key"),
        pytest.param("title:", "titel:", "2:1: titel: expected one of id, title", id="top key"),
        pytest.param(
            "{earner: ada}", "{ earnr: ada}", "6:16: steps.0.connect.earnr: expected", id="argument"
        ),
        pytest.param(
            "answer: ref", "anser: ref", "12:21: steps.2.expect.BC-TOKEN-01.anser", id="term"
        ),
        pytest.param(GRACE, "conect: {}", "8:5: steps.1.conect: expected one of", id="verb"),
        pytest.param(
            GRACE, "host: {assertion: {recipient: {ernr: a}}}", "8:36: steps.1.host", id="deep"
        ),
        pytest.param("BC-TOKEN-01", "BC-TOKN-01", "12:7: no requirement is called", id="id"),
        pytest.param("refreshed", "refreshd", "12:21: no answer is called 'refreshd'", id="answer"),
        pytest.param(
            GRACE, "host: {assertion: {flaw: issuer-44}}", "8:24: no flaw is called", id="flaw"
        ),
        pytest.param(
            GRACE,
            "derive: {from: $grant.access_token, change: swapcase}",
            "8:41: no change is called 'swapcase'",
            id="change",
        ),
        pytest.param(
            "steps:",
            "for_all: {a: {strategy: valid-asertion}}\nsteps:",
            "5:15: no strategy is called 'valid-asertion'",
            id="strategy",
        ),
        pytest.param(
            "save: fresh", "save: frsh", "13:16: $fresh is not saved by any earlier step", id="name"
        ),
        pytest.param(
            "$grant.", "$grnt.", "9:15: $grnt is not saved by any earlier step", id="reference"
        ),
    ],
)
def test_a_mistyped_word_gets_a_suggestion(file, old, new, message):
    """Line, column, and ``did you mean``."""
    checked = check(file, changed(old, new))
    assert f"{file}:{message}" in checked.output
    assert "did you mean " in checked.output
    assert checked.exit_code == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("id: mine", "id: other", "1:1: id: expected 'mine' as the file", id="id"),
        pytest.param("id: mine", "id: Mine", "1:1: id: expected an id in lower case", id="case"),
        pytest.param("title: A refresh works\n", "", "1:1: title: expected", id="no title"),
        pytest.param("A refresh works", "''", "2:1: title: expected a non-empty", id="title"),
        pytest.param("second-earner", "speed", "3:9: needs.0: expected one of 'grant'", id="need"),
        pytest.param(GRACE, "{}", "8:5: expected one verb of connect, ", id="no verb"),
        pytest.param(
            GRACE,
            GRACE + "\n    identity: {}",
            "8:5: expected one verb of connect, ",
            id="two verbs",
        ),
        pytest.param(GRACE, "connect:", "8:5: steps.1.connect: expected object", id="no mapping"),
        pytest.param(
            GRACE,
            "identity: {token: $fresh.a}",
            "8:16: $fresh is not saved by any earlier step",
            id="too late",
        ),
        pytest.param("$fresh.access_token", "a", "10:5: $fresh is saved but never", id="unused"),
        pytest.param(*DRAWN, "5:1: for_all and examples: expected both", id="no examples"),
        pytest.param(*DRAWN, "5:11: $a is generated but never used", id="not used"),
        pytest.param(JUDGED, "{when: success}", "15:7: BC-TOKEN-03: expected a term", id="when"),
        pytest.param(
            JUDGED,
            "{otherwise: it sends none, status: 2xx}",
            "15:7: steps.3.expect.BC-TOKEN-03.w",
            id="otherwise",
        ),
        pytest.param(JUDGED, "{}", "15:7: steps.3.expect.BC-TOKEN-03: expected at", id="nothing"),
        pytest.param(JUDGED, "{status: 999}", "15:21: steps.3.expect", id="status"),
        pytest.param(JUDGED, "{status: 2xx}", "4:1: $each is never used", id="same rows"),
        pytest.param("{code: 201}", "{kode: 201}", "4:26: row two: expected a value", id="row"),
        pytest.param(
            "each: {one: {code: 200}, two: {code: 201}}\n",
            "",
            "4:1: $each is used, but there is no each",
            id="no rows",
        ),
        pytest.param(
            JUDGED, "{body: {a: {type: strin}}}", "15:28: body a: expected a JSON Schema", id="type"
        ),
        pytest.param("id: mine\n", "id: mine\nid: mine\n", "2:1: duplicate key 'id'", id="twice"),
        pytest.param("steps:", "steps: [", "6:3: expected YAML", id="no YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(file, old, new, message):
    """File, line and column; the command ends with 2."""
    checked = check(file, changed(old, new))
    assert f"{file}:{message}" in checked.output
    assert checked.exit_code == 2


def test_a_scenario_that_expects_nothing_is_refused(file):
    """It would prove nothing."""
    lines = [line for line in WRITTEN.splitlines() if "expect" not in line and "BC-" not in line]
    checked = check(file, "\n".join(lines))
    assert (
        f"{file}:5:1: expected at least one expectation: this scenario tests nothing"
        in checked.output
    )
    assert checked.exit_code == 2


@pytest.mark.parametrize("content", ["", "[]", "mine", "7", "# nothing\n"])
def test_a_file_that_is_no_mapping_is_refused(file, content):
    """Any other YAML."""
    checked = check(file, content)
    assert f"{file}:1:1: expected a scenario, saw " in checked.output
    assert checked.exit_code == 2


def test_every_problem_of_a_file_is_told(file):
    """Not only the first."""
    text = WRITTEN.replace("refreshed", "refreshd").replace("BC-TOKEN-03", "BC-TOKEN-99")
    assert check(file, text).output.count("did you mean") == 2
    assert "1 file, 2 problems" in check(file, text).output


def test_a_right_file_has_no_problems(file):
    """The command ends with 0."""
    checked = check(file, WRITTEN)
    assert (checked.exit_code, checked.output) == (0, "1 file, 0 problems\n")


@pytest.mark.slow
def test_a_wrong_file_is_told_without_a_traceback(file):
    """As a user meets it, in a process of its own, by a path that an editor can open."""
    file.write_text(changed("refreshed", "refreshd"))
    ended = run_command("check", file.name, cwd=file.parent)
    assert ended.code == 2
    assert ended.err == (
        "mine.backpack.yaml:12:21: no answer is called 'refreshd': "
        "did you mean refreshed or refresh-accepted?\n"
    )
    assert ended.out == "1 file, 1 problem\n"


def test_a_scenario_is_read_as_it_is_written(file):
    """Steps with their verbs, places and expectations; rows become scenarios."""
    file.write_text(WRITTEN)
    scenario = load(file, DEFAULT.language)
    assert [step.verb for step in scenario.steps] == ["connect", "connect", "refresh", "identity"]
    assert [step.must for step in scenario.steps] == ["succeed", "succeed", None, None]
    assert scenario.requirements == ("BC-TOKEN-01", "BC-TOKEN-03")
    [expectation] = scenario.steps[2].expect
    assert expectation == Expectation("BC-TOKEN-01", {"answer": "refreshed"}, expectation.place)
    assert str(expectation.place) == f"{file}:12:7"
    assert [row.name for row in scenario.each()] == ["mine[one]", "mine[two]"]


def test_a_wrong_scenario_is_not_loaded(file):
    """Nothing runs that is not right."""
    file.write_text(changed("id: mine", "id: other"))
    with pytest.raises(AuthoringError, match="expected 'mine' as the file is named"):
        load(file, DEFAULT.language)
