"""A correct provider on a library's server is never accused, and a wrong one is caught."""

import re
from pathlib import Path

import pytest

from conformance.core.verdict import Outcome
from conformance.target.target import PagePaths
from tests.conformance.chosen import one_of_each_area
from tests.conformance.providers import NEVER, Choose, accused, each_choice, judged, left_open, rows
from tests.miniatures.stock import StockProvider
from tests.miniatures.stock.defects import DEFECTS

pytestmark = pytest.mark.slow

PAGES = PagePaths(**StockProvider.paths)
LIFE = 3
"""Seconds that tokens live where their end is waited for."""


def waits(scenario):
    """Whether a scenario needs time to pass."""
    return "advance" in {step.verb for step in scenario.steps}


@pytest.mark.exhaustive
def test_a_provider_on_authlib_conforms():
    """It rotates refresh tokens, narrows scopes, pages by ten, and lists an older API first."""
    with StockProvider(LIFE) as provider:
        chosen = filter(waits, rows())
        outcomes = judged(provider.root, chosen, wait=LIFE + 3.0, pages=PAGES)
    with StockProvider() as provider:
        chosen = (row for row in rows() if not waits(row))
        outcomes |= judged(provider.root, chosen, pages=PAGES)
    assert accused(outcomes) == set()
    # where a login leads is in a cookie, so no parameter of it can be replaced
    assert outcomes["BC-SAFE-14"] == {Outcome.PASSED, Outcome.UNTESTED}
    assert left_open(outcomes) == NEVER | {"BC-SAFE-14"}


def test_it_is_a_reading_of_its_own():
    """It imports nothing of the suite, the mock or another miniature."""
    folder = Path(__file__).parents[2] / "miniatures" / "stock"
    imports = re.compile(r"^\s*(?:from|import)\s+(\S+)", re.MULTILINE)
    names = {name for file in folder.rglob("*.py") for name in imports.findall(file.read_text())}
    own = ("tests.miniatures.stock", "tests.miniatures.defect")
    foreign = {name for name in names if name.startswith(("conformance", "mock", "tests"))}
    assert {name for name in foreign if not name.startswith(own)} == set()
    assert any(name.startswith("authlib") for name in names)


@each_choice
@pytest.mark.parametrize("defect", one_of_each_area(DEFECTS, lambda name: DEFECTS[name].breaks))
def test_a_wrong_provider_is_caught(defect: str, choose: Choose):
    """It fails what the defect breaks, and is accused of nothing else in the areas concerned."""
    breaks: frozenset[str] = DEFECTS[defect].breaks
    with StockProvider(defect=defect) as provider:
        assert accused(judged(provider.root, choose(breaks), pages=PAGES)) == breaks
