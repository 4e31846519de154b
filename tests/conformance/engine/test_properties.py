"""Properties try many examples, and report the smallest failing one."""

import json
import re
from pathlib import Path

import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.catalogue import requirements
from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.scenario_run import ScenarioResult
from conformance.engine.session import RunOptions
from conformance.openbadges.flaws import flaws
from conformance.openbadges.strategies import DATA_IMAGE
from conformance.pytest_plugin.measured import scenario_line
from conformance.record.reader import scenario_of
from conformance.report.text import findings_text
from conformance.scenario.load import load
from conformance.target.opening import TargetOptions

pytestmark = pytest.mark.slow

PUSHED = """\
id: mine
title: Whatever the badge
for_all: {{assertion: {{strategy: {strategy}}}}}
examples: {{quick: 12, ci: 20, soak: 20}}
steps:
  - connect: {{earner: ada}}
    save: grant
  - host: {{assertion: $assertion}}
    save: badge
  - issue: {{token: $grant.access_token, badge: $badge.pushed}}
    expect:
{expected}"""
ACCEPTED = "      BC-ISSUE-01: {status: 2xx}\n"
REFUSED = "      BC-ISSUE-07: {answer: assertion-invalid}\n"
OF_KIND = """\
      {0}:
        when: {{properties: {{body: {{required: [badge], properties: {{badge: {{properties:
          {{verify: {{properties: {{type: {{const: {1}}}}}}}}}}}}}}}}}}}
        status: 4xx
"""
BOTH = OF_KIND.format("BC-ISSUE-01", "hosted") + OF_KIND.format("BC-ISSUE-05", "signed")
MANGLED = (
    "valid-assertion, signed: false",
    "      BC-ISSUE-24: {when: success, keeps: $assertion}\n",
    "mock:issue.mangles-unicode",
)
SMALLEST = {
    "badge_class": {},
    "issuer": {},
    "members": {},
    "recipient": {"earner": "ada", "hashed": False},
    "version": "1.0",
}


@pytest.fixture
def explore(tmp_path: Path):
    """Run a property against the mock."""

    def explore(
        strategy: str, expected: str, target: str = "mock", seed: int = 1, **options: object
    ) -> ScenarioResult:
        file = tmp_path / "mine.backpack.yaml"
        file.write_text(PUSHED.format(strategy=strategy, expected=expected))
        wanted = RunOptions(target=TargetOptions(named=target), seed=seed, **options)  # type: ignore[arg-type]
        with open_runner(DEFAULT, wanted) as runner:
            return runner.run(load(file, DEFAULT.language))

    return explore


def outcomes(result: ScenarioResult) -> dict[str, Outcome]:
    """The outcome of each requirement."""
    return {finding.requirement: finding.outcome for finding in result.findings}


def test_a_property_that_holds_says_how_many_examples_were_tried(explore):
    """As many as the budget says, and one of them is shown."""
    result = explore("valid-assertion", ACCEPTED)
    assert outcomes(result) == {"BC-ISSUE-01": Outcome.PASSED}
    assert result.examples == 12
    assert result.exchanges


@pytest.mark.parametrize(("options", "count"), [({"budget": "ci"}, 20), ({"examples": 3}, 3)])
def test_the_budget_decides_how_many_examples_are_tried(explore, options, count):
    """Unless the command line names a number."""
    assert explore("valid-assertion", ACCEPTED, **options).examples == count


def test_a_failing_example_is_made_small(explore):
    """Nothing is in it that the failure does not need."""
    result = explore("valid-assertion", ACCEPTED.replace("2xx", "4xx"))
    assert outcomes(result) == {"BC-ISSUE-01": Outcome.FAILED}
    assert result.drawn["assertion"] == {**SMALLEST, "signed": False}


def test_a_small_example_keeps_what_the_failure_needs(explore):
    """Unicode that is mangled needs one character that is not ASCII."""
    result = explore(*MANGLED, examples=60)
    assert result.failed == {"BC-ISSUE-24"}
    written = json.dumps(result.drawn["assertion"], ensure_ascii=False)
    assert not written.isascii()
    assert DATA_IMAGE not in written
    assert len(written) < 300


def test_a_wrongly_accepted_badge_is_told_by_its_flaw(explore):
    """The name says what the target does not look at, on a badge that has nothing else."""
    result = explore("broken-assertion, signed: false", REFUSED, "mock:issue.error-as-200")
    assert result.failed == {"BC-ISSUE-07"}
    drawn = dict(result.drawn["assertion"])
    assert flaws()[drawn.pop("flaw")].fits(signed=False)
    assert drawn == {**SMALLEST, "signed": False}


def test_the_same_seed_gives_the_same_counterexample(explore):
    """A run can be repeated with the seed of its report."""
    results = [explore(*MANGLED, seed=7, examples=60) for _ in "ab"]
    assert results[0].failed == {"BC-ISSUE-24"}
    assert results[0].drawn == results[1].drawn
    assert results[0].examples == results[1].examples


def test_two_requirements_that_fail_are_both_found(explore):
    """Each with an exchange that shows it, although no example breaks both."""
    result = explore("valid-assertion", BOTH)
    assert outcomes(result) == {"BC-ISSUE-01": Outcome.FAILED, "BC-ISSUE-05": Outcome.FAILED}
    kinds = {}
    for found in result.findings:
        shown = next(exchange for exchange in result.exchanges if exchange.number == found.exchange)
        kinds[found.requirement] = json.loads(shown.answer.body)["badge"]["verify"]["type"]
    assert kinds == {"BC-ISSUE-01": "hosted", "BC-ISSUE-05": "signed"}
    assert [exchange.number for exchange in result.exchanges] == list(
        range(1, len(result.exchanges) + 1)
    )


def test_a_requirement_that_passes_beside_one_that_fails_is_told(explore):
    """A failure hides nothing."""
    result = explore(
        "valid-assertion, signed: false", ACCEPTED + OF_KIND.format("BC-ISSUE-05", "hosted")
    )
    assert outcomes(result) == {"BC-ISSUE-01": Outcome.PASSED, "BC-ISSUE-05": Outcome.FAILED}


def test_every_failure_is_told_with_its_own_example(explore):
    """The example of a failure reproduces that failure."""
    shown = scenario_of(scenario_line("connect", explore("valid-assertion", BOTH), 1.0))
    [signed] = [finding for finding in shown.findings if finding.requirement == "BC-ISSUE-05"]
    assert "'signed': True" in findings_text(shown, requirements(), [signed])
    [hosted] = [finding for finding in shown.findings if finding.requirement == "BC-ISSUE-01"]
    assert "'signed': False" in findings_text(shown, requirements(), [hosted])


def test_every_requirement_has_the_smallest_example_of_its_own(explore):
    """Also when one example fails two of them, and one needs less than the other."""
    mangled = "      BC-ISSUE-24: {when: success, keeps: $assertion}\n"
    target = "mock:issue.mangles-unicode,issue.refuses-signed"
    result = explore("valid-assertion", ACCEPTED + mangled, target, examples=60)
    examples = {finding.requirement: finding.example["assertion"] for finding in result.findings}
    assert examples["BC-ISSUE-01"] == {**SMALLEST, "signed": True}
    assert not json.dumps(examples["BC-ISSUE-24"], ensure_ascii=False).isascii()


def test_a_step_that_breaks_leaves_the_property_open(explore):
    """No pass comes of examples that could not be pushed."""
    expected = ACCEPTED + "    must: refused\n  - identity: {token: $grant.access_token}\n"
    result = explore("valid-assertion", expected + "    expect: {BC-ISSUE-20: {status: 2xx}}\n")
    assert outcomes(result)["BC-ISSUE-20"] is Outcome.CANT_TELL


@pytest.mark.parametrize("expected", [ACCEPTED, BOTH], ids=["passed", "failed"])
def test_secrets_of_all_examples_are_kept(explore, expected):
    """Also of those of which only a finding is shown."""
    line = scenario_line("connect", explore("valid-assertion, signed: false", expected), 1.0)
    assert re.findall(r"ada\.[0-9a-f]+@example\.org", json.dumps(line)) == []
