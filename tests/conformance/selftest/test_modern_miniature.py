"""A correct provider that is not our mock is never accused, and a wrong one is caught."""

import re
from pathlib import Path

import pytest

from conformance.core.verdict import Outcome
from tests.conformance.chosen import one_of_each_area
from tests.conformance.providers import NEVER, Choose, accused, each_choice, judged, left_open, rows
from tests.miniatures.modern import ModernProvider
from tests.miniatures.modern.defects import DEFECTS
from tests.miniatures.modern.registration import WRITE

pytestmark = pytest.mark.slow

LIFE = 6
"""Seconds that tokens live where their end is waited for."""


def test_a_provider_that_uses_its_freedoms_conforms():
    """It does not rotate refresh tokens, has no profile.update, and chooses all its paths."""
    with ModernProvider(expires=LIFE) as provider:
        chosen = (row for row in rows() if "advance" in {step.verb for step in row.steps})
        outcomes = judged(provider.root, chosen, wait=LIFE + 5.0)
    with ModernProvider() as provider:
        chosen = (row for row in rows() if "advance" not in {step.verb for step in row.steps})
        outcomes |= judged(provider.root, chosen)
    assert accused(outcomes) == set()
    assert left_open(outcomes) == NEVER


def test_it_is_a_reading_of_its_own():
    """It imports nothing of the suite, the mock or another miniature."""
    folder = Path(__file__).parents[2] / "miniatures" / "modern"
    imports = re.compile(r"^\s*(?:from|import)\s+(\S+)", re.MULTILINE)
    names = {name for file in folder.rglob("*.py") for name in imports.findall(file.read_text())}
    own = ("tests.miniatures.modern", "tests.miniatures.defect")
    foreign = {name for name in names if name.startswith(("conformance", "mock", "tests"))}
    assert {name for name in foreign if not name.startswith(own)} == set()


def test_what_a_provider_does_not_offer_is_never_green():
    """A provider that can only be written to is not judged by what it would answer to readers."""
    names = ("post-hosted", "post-then-get", "get-badges", "profile-read", "exchange-refresh")
    chosen = [row for row in rows() if row.id in names]
    with ModernProvider(offered=(WRITE,)) as provider:
        outcomes = judged(provider.root, chosen)
    assert outcomes.pop("BC21-POST-01") == outcomes.pop("BC21-POST-03") == {Outcome.PASSED}
    assert set().union(*outcomes.values()) == {Outcome.INAPPLICABLE}
    assert set(outcomes) >= {"BC21-POST-02", "BC21-GET-01", "BC21-PROF-01", "BC21-TOKEN-14"}


@each_choice
@pytest.mark.parametrize("defect", one_of_each_area(DEFECTS, lambda name: DEFECTS[name].breaks))
def test_a_wrong_provider_is_caught(defect: str, choose: Choose):
    """It fails what the defect breaks, and is accused of nothing else in the areas concerned."""
    breaks: frozenset[str] = DEFECTS[defect].breaks
    with ModernProvider(defect=defect) as provider:
        assert accused(judged(provider.root, choose(breaks))) == breaks
