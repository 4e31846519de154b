"""A Backpack with the Issuer API that is not our mock: never accused, caught when wrong."""

import functools
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.core.verdict import Outcome
from tests.conftest import failed, needs_browser
from tests.miniatures.asking import AskingBackpack
from tests.miniatures.asking.defects import DEFECTS
from tests.miniatures.asking.pages import AskingPages
from tests.miniatures.plain import PlainBackpack

pytestmark = [pytest.mark.slow, needs_browser]

MAY = {"BC-ISSUING-17"}


@pytest.fixture(name="asking")
def fixture_asking(scenarios):
    """The scenarios of the Issuer API."""
    return [scenario for scenario in scenarios if scenario.id.startswith("issuing-")]


def test_a_dialog_with_boxes_and_its_own_login_conforms(asking, judge_target):
    """One page for all badges, the login in the frame, ``url`` in place of ``assertion``."""
    with AskingBackpack() as backpack:
        outcomes = judge_target(backpack.root, asking)
    assert failed(outcomes) - MAY == set()
    rest = {name: found for name, found in outcomes.items() if name not in MAY}
    assert {outcome for found in rest.values() for outcome in found} == {Outcome.PASSED}


class SlowQuestion(AskingPages):
    """Whoever is logged in waits two seconds for the question: the used login form is shown."""

    def asked(self):
        """The question, late."""
        session = self.session()
        if session is not None and session.earner is not None:
            time.sleep(2.0)
        return super().asked()


class SlowAnswer(AskingPages):
    """What the earner answered takes four seconds: the answered question is shown."""

    def answered(self):
        """The next page, late."""
        time.sleep(4.0)
        return super().answered()


class LateFrame(AskingPages):
    """For two seconds after the call there is neither a request nor a document."""

    def script(self):
        """The script, with a timer."""
        answer = super().script()
        return replace(answer, content=answer.content + LATE.encode())


LATE = """
const ask = OpenBadges.issue;
OpenBadges.issue = (...given) => setTimeout(() => ask(...given), 2000);
"""


class SlowBackpack(AskingBackpack):
    """A correct Backpack on a busy machine."""

    def __init__(self, pages: type[AskingPages]) -> None:
        self.pages = pages
        super().__init__()

    def doors(self, judge, vault, _defect):
        """The slow pages."""
        return functools.partial(self.pages, judge, self.api_root, vault)


@pytest.mark.parametrize("pages", [SlowQuestion, SlowAnswer, LateFrame])
def test_a_slow_dialog_is_waited_for(pages, asking, judge_target):
    """No form is sent twice, no page counts twice, and nothing counts as missing."""
    chosen = [scenario for scenario in asking if scenario.id == "issuing-several"]
    with SlowBackpack(pages) as backpack:
        outcomes = judge_target(backpack.root, chosen)
    assert outcomes["BC-ISSUING-11"] == {Outcome.PASSED}
    assert failed(outcomes) - MAY == set()


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_wrong_dialog_is_caught(defect, asking, judge_target):
    """It fails what the defect breaks, and is accused of nothing else."""
    breaks = DEFECTS[defect].breaks
    chosen = [scenario for scenario in asking if breaks & set(scenario.requirements)]
    with AskingBackpack(defect) as backpack:
        outcomes = judge_target(backpack.root, chosen)
    assert failed(outcomes) == breaks


def test_a_backpack_without_the_issuer_api_is_not_accused(asking, judge_target):
    """It may leave it out."""
    with PlainBackpack() as backpack:
        outcomes = judge_target(backpack.root, asking)
    assert {outcome for found in outcomes.values() for outcome in found} == {Outcome.INAPPLICABLE}


def test_the_miniature_is_a_reading_of_its_own():
    """It imports nothing of the suite or the mock."""
    folder = Path(__file__).parents[2] / "miniatures" / "asking"
    imports = re.compile(r"^\s*(?:from|import)\s+(\S+)", re.MULTILINE)
    imported = {name for file in folder.glob("*.py") for name in imports.findall(file.read_text())}
    assert imported
    assert not [name for name in imported if name.startswith(("conformance", "mock_backpack"))]
