"""Examples are drawn by the seed alone, and all over the space."""

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.apis.connect.drawing import STRATEGIES
from conformance.apis.registry import DEFAULT
from conformance.core.errors import Place
from conformance.core.verdict import Finding, Outcome
from conformance.engine.memory import Memory
from conformance.engine.properties import Budget, explore
from conformance.engine.scenario_run import ScenarioResult
from conformance.scenario.model import Scenario

pytestmark = pytest.mark.slow


def drawn(seed: int, count: int, **strategy: Any) -> list[Any]:
    """The examples of a property that every example passes."""
    found: list[Any] = []
    scenario = Scenario("any", "Any", "", Place("any"), (), for_all={"badge": strategy})

    def once(example: Mapping[str, Any]) -> ScenarioResult:
        found.append(example["badge"])
        return ScenarioResult(scenario, (Finding("BC-ISSUE-01", Outcome.PASSED),), drawn=example)

    memory = Memory(None)
    assert explore(DEFAULT.language, scenario, once, Budget(count, seed), memory).examples == len(
        found
    )
    return found


ENTRIES = [
    {"strategy": "valid-assertion", "versions": ["0.5", "1.0", "1.1"]},
    {"strategy": "broken-assertion"},
    {"strategy": "story", "clock": True},
    {"strategy": "wire-body", "member": "badge", "family": "long"},
    {"strategy": "wire-credentials"},
    {"strategy": "wire-query"},
]
"""One for every strategy that there is."""


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["strategy"])
def test_the_same_seed_draws_the_same_examples(entry):
    """In the same order; another seed draws others."""
    first, again, other = (drawn(seed, 30, **entry) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["strategy"])
def test_no_example_is_tried_twice(entry):
    """A budget is for different examples; where there are few, some of it is left."""
    found = [repr(badge) for badge in drawn(1, 30, **entry)]
    assert len(set(found)) == len(found) > 12


def test_both_kinds_of_all_versions_are_drawn():
    """Hosted and signed, old and new, each way to name a recipient."""
    found = drawn(1, 60, strategy="valid-assertion", versions=["1.0", "1.1"])
    kinds = {(badge["version"], badge["signed"]) for badge in found}
    assert len(kinds) == 4
    recipients = {(badge["recipient"]["hashed"], "salt" in badge["recipient"]) for badge in found}
    assert recipients == {(False, False), (True, False), (True, True)}


def test_flaws_are_drawn_evenly():
    """None of them is every fourth."""
    names = [
        badge["flaw"]
        for seed in range(5)
        for badge in drawn(seed, 100, strategy="broken-assertion", signed=False)
    ]
    assert Counter(names).most_common(1)[0][1] < len(names) / 4


REPEATED = """
import sys
sys.path[:0] = [{checkout!r}, "."]
{first}
from tests.conformance.apis.connect.test_draws import drawn
print([drawn(1, 30, **one) for one in {entries!r}])
"""


def test_the_same_seed_draws_the_same_examples_beside_other_modules(tmp_path):
    """A user's own tests do not change what a seed means, whatever Hypothesis reads in them."""
    constants = [*(f"word {n}" for n in range(300)), *range(100, 400), *range(10**9, 10**9 + 300)]
    (tmp_path / "users_own.py").write_text(f"CONSTANTS = {constants!r}")
    checkout = str(Path(__file__).parents[4])
    codes = [
        REPEATED.format(checkout=checkout, first=first, entries=ENTRIES)
        for first in ("", "import users_own")
    ]
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for code in codes
    ]
    assert {entry["strategy"] for entry in ENTRIES} == set(STRATEGIES)
    assert runs[0].startswith("[[{")
    assert runs[0] == runs[1]
