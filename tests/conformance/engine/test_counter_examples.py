"""A failing example is written down, runs alone, and is tried first the next time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.apis.registry import DEFAULT
from conformance.core.documents import read_yaml
from conformance.core.errors import Place
from conformance.core.verdict import Finding, Outcome
from conformance.engine.counterexample import counter_example, yaml
from conformance.engine.memory import Memory, example_store
from conformance.engine.properties import Budget, explore
from conformance.engine.scenario_run import ScenarioResult
from conformance.record.reader import read_record
from conformance.scenario.load import load, shipped
from conformance.scenario.model import Expectation, Scenario, Step
from tests.conformance.command import run_command

pytestmark = pytest.mark.slow

DEFECT = "mock:issue.mangles-unicode"
SCENARIO = "issue-any-hosted"
FILE = f"{SCENARIO}-bc-issue-24.backpack.yaml"
HERE = Place("any")


def property_of(strategy: Mapping[str, Any], *requirements: str) -> Scenario:
    """A scenario with drawn values, whose steps are never run."""
    expect = tuple(Expectation(name, {"status": "2xx"}, HERE) for name in requirements)
    steps = (Step(1, "identity", {}, HERE, expect=expect),)
    return Scenario("mine", "Mine", "", HERE, steps, for_all={"badge": strategy})


def judging(fails: Any, drawn: list[Any]) -> Any:
    """A function that runs an example and records it."""

    def once(example: Mapping[str, Any]) -> ScenarioResult:
        drawn.append(example["badge"])
        outcome = Outcome.FAILED if fails(example["badge"]) else Outcome.PASSED
        return ScenarioResult(scenario, (Finding("BC-ISSUE-01", outcome),), drawn=example)

    scenario = property_of(SIGNED, "BC-ISSUE-01")
    return once


def memory_in(folder: Path, replays: bool = True) -> Memory:
    """A memory of a folder."""
    return Memory(example_store(str(folder / "replay")), replays)


SIGNED = {"strategy": "valid-assertion"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a property failed."""
    out = tmp_path_factory.mktemp("out")
    words = ("--select", f"{SCENARIO} or token-refresh", "--seed", "3", "--examples", "60")
    ended = run_command("run", DEFECT, *words, "--out", str(out))
    assert "BC-ISSUE-24" in ended.out, ended.err
    return out


def test_a_counter_example_is_a_sound_scenario(ran: Path):
    """The file that the finding names is a valid scenario."""
    file = ran / "counter-examples" / FILE
    assert run_command("check", str(file)).code == 0
    scenario = load(file, DEFAULT.language)
    assert not scenario.for_all
    [alone] = {
        finding.alone
        for line in read_record(ran / "record.jsonl").scenarios
        for finding in line.findings
        if finding.outcome is Outcome.FAILED
    }
    assert Path(alone) == file


@pytest.mark.parametrize(("target", "outcome"), [(DEFECT, "failed"), ("mock", "passed")])
def test_a_counter_example_fails_alone(ran: Path, target, outcome, tmp_path):
    """For the same requirement, and against the same target only."""
    file = str(ran / "counter-examples" / FILE)
    run_command("run", target, "--scenarios", file, "--out", str(tmp_path))
    [line] = read_record(tmp_path / "record.jsonl").scenarios
    found = {finding.requirement: finding.outcome for finding in line.findings}
    assert found == {"BC-ISSUE-01": "passed", "BC-ISSUE-24": outcome}


def test_the_text_of_a_failure_names_the_file(pytester: pytest.Pytester):
    """Under pytest too, where it lies below the root of the user's tests."""
    text = next(
        file for file in shipped(DEFAULT.language) if file.name.startswith("issue-any-broken")
    ).read_text()
    (pytester.path / "issue-any-broken.backpack.yaml").write_text(text)
    words = ("--backpack-target=mock:issue.error-as-200", "-p", "no:cacheprovider")
    outcome = pytester.runpytest_subprocess(*words)
    name = "issue-any-broken-bc-issue-07.backpack.yaml"
    file = f".backpack-conformance/counter-examples/{name}"
    outcome.stdout.fnmatch_lines([f"*{file} is a scenario with only this example"])
    again = pytester.runpytest_subprocess(*words, file)
    again.assert_outcomes(failed=1)


def test_counter_examples_are_no_tests_until_they_are_named(pytester: pytest.Pytester, ran: Path):
    """A run of all tests does not pick up what an earlier run has left."""
    folder = pytester.path / "conformance-report" / "counter-examples"
    folder.mkdir(parents=True)
    (folder / FILE).write_text((ran / "counter-examples" / FILE).read_text())
    assert pytester.runpytest("--collect-only").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    named = pytester.runpytest("--collect-only", str(folder))
    assert named.ret == pytest.ExitCode.OK


def test_what_failed_is_tried_first_the_next_time(tmp_path):
    """Under another seed, and before anything else."""
    for seed in (1, 2):
        drawn: list[Any] = []
        memory = memory_in(tmp_path)
        once = judging(lambda badge: badge["signed"], drawn)
        result = explore(
            DEFAULT.language, property_of(SIGNED, "BC-ISSUE-01"), once, Budget(20, seed), memory
        )
        assert result.failed == {"BC-ISSUE-01"}
    assert drawn[0] == result.drawn["badge"]
    assert drawn[0]["signed"] is True


def test_what_fails_no_more_is_forgotten(tmp_path):
    """It is tried once more, and then it is an example as any other."""
    tried = []
    for fails in (lambda badge: badge["signed"], lambda _: False, lambda _: False):
        drawn: list[Any] = []
        scenario = property_of(SIGNED, "BC-ISSUE-01")
        explore(
            DEFAULT.language,
            scenario,
            judging(fails, drawn),
            Budget(20, len(tried)),
            memory_in(tmp_path),
        )
        tried.append(drawn)
        stored = memory_in(tmp_path).recall(scenario, "BC-ISSUE-01")
        assert len(stored) == (1 if len(tried) == 1 else 0)
    assert tried[1][0] in tried[0]
    assert tried[2][0] != tried[1][0]


def test_an_example_of_another_space_is_not_replayed(tmp_path):
    """An example of another version or strategy may no longer be valid."""
    once = judging(lambda badge: badge["signed"], [])
    explore(
        DEFAULT.language,
        property_of(SIGNED, "BC-ISSUE-01"),
        once,
        Budget(20, 1),
        memory_in(tmp_path),
    )
    hosted = property_of({**SIGNED, "signed": False}, "BC-ISSUE-01")
    assert (
        explore(DEFAULT.language, hosted, once, Budget(5, 1), memory_in(tmp_path)).failed == set()
    )


def test_a_seed_that_was_asked_for_replays_nothing_else(tmp_path):
    """It repeats the run that had it, whatever has failed in others."""
    runs = []
    for replays in (True, False, False):
        drawn: list[Any] = []
        memory = memory_in(tmp_path, replays)
        once = judging(lambda badge: badge["signed"], drawn)
        explore(DEFAULT.language, property_of(SIGNED, "BC-ISSUE-01"), once, Budget(20, 5), memory)
        runs.append(drawn)
    assert runs[0] == runs[1] == runs[2]


@pytest.mark.parametrize("word", ["seconds", "shrinking"])
def test_a_property_ends_when_its_time_is_over(word):
    """A target that hangs costs as many seconds as the budget says, and not hours."""
    now, drawn = [0.0], []
    once = judging(lambda badge: badge["signed"], drawn)

    def slow(example: Mapping[str, Any]) -> ScenarioResult:
        now[0] += 40
        return once(example)

    budget = Budget(5000, 1, **{"seconds": 400.0, "shrinking": 400.0, word: 0.5})
    memory = Memory(None)
    scenario = property_of(SIGNED, "BC-ISSUE-01")
    result = explore(DEFAULT.language, scenario, slow, budget, memory, clock=lambda: now[0])
    assert len(drawn) <= 22
    assert result.examples >= 1


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories="C")),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.0"), inner),
        max_leaves=8,
    )
)
@example(value="?0")
@example(value={"a": {":a": 1}})
def test_what_is_written_is_read_again(value, tmp_path_factory):
    """No text is taken for a number, none is folded away, no order is lost."""
    file = tmp_path_factory.getbasetemp() / "written.yaml"
    file.write_text(yaml({"value": value}), encoding="utf-8")
    assert read_yaml(file).value == {"value": value}


@pytest.mark.parametrize(
    "text",
    [
        "0.5",
        "yes",
        "\u202eabc",
        "a\u00a0b",
        "\ufeff",
        "\U0001d4b3",
        "- a",
        "a: b",
        "'",
        "long " * 9999,
    ],
)
def test_odd_texts_are_read_again(text, tmp_path):
    """A file can contain everything that a badge can."""
    file = tmp_path / "written.yaml"
    file.write_text(yaml({"value": text}), encoding="utf-8")
    assert read_yaml(file).value == {"value": text}


def test_a_text_that_looks_like_a_reference_stays_a_text():
    """Drawn values are not parsed for references; the values of a row are."""
    steps = (
        Step(1, "connect", {"earner": "ada"}, HERE, save="grant", must="succeed"),
        Step(2, "issue", {"token": "$grant.access_token", "badge": "$badge.x"}, HERE),
        Step(3, "page", {"page": "access", "query": {"a": "$each.origin"}}, HERE, save="unused"),
    )
    rows = {"one": {"origin": "$site.origin"}}
    scenario = Scenario("mine", "Mine", "", HERE, steps, rows=rows, row="one")
    written = counter_example(
        DEFAULT.language, scenario, {"badge": {"x": "$grant.access_token"}}, "name"
    )
    assert written["steps"] == [
        {"connect": {"earner": "ada"}, "save": "grant"},
        {"issue": {"token": "$grant.access_token", "badge": "$$grant.access_token"}, "must": None},
        {"page": {"page": "access", "query": {"a": "$site.origin"}}, "must": None},
    ]
