"""A correct Backpack that is not our mock is never accused, and a wrong one is caught."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.catalogue import requirements
from conformance.core.requirement import Level
from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.scenario.model import Scenario
from conformance.selftest.trial import FEW, is_slow, is_story
from conformance.target.opening import TargetOptions
from conformance.target.target import PagePaths
from tests.conformance.chosen import one_of_each_area
from tests.conftest import CHROMIUM, Judge, failed
from tests.miniatures.ornate import Habits, OrnateBackpack
from tests.miniatures.ornate.defects import DEFECTS as ORNATE_DEFECTS
from tests.miniatures.ornate.habits import TEMPERED, Login, Removal
from tests.miniatures.plain import PlainBackpack
from tests.miniatures.plain.defects import DEFECTS as PLAIN_DEFECTS

pytestmark = pytest.mark.slow

LIFE = 5
"""Seconds that the tokens of a miniature live where their end is waited for."""

EXPIRY = {"BC-AUTH-06", "BC-AUTH-07", "BC-ISSUE-12", "BC-TOKEN-10"}

POLICY = {"BC-SAFE-06"}
"""Judged only of a target that says which address of this machine it must not fetch from."""

Miniature = PlainBackpack | OrnateBackpack
Choose = Callable[[list[Scenario], set[str]], list[Scenario]]


@attrs.frozen
class Kind:
    """A miniature: how it is made, where its pages are, how it can be wrong."""

    name: str
    make: Callable[..., Miniature]
    pages: PagePaths
    defects: Mapping[str, Any] = attrs.field(factory=dict)
    habits: Mapping[str, Any] = attrs.field(factory=dict)


ORNATE_PAGES = PagePaths(**OrnateBackpack.paths)
PLAIN = Kind("plain", PlainBackpack, PagePaths(), PLAIN_DEFECTS)
ORNATE = Kind("ornate", OrnateBackpack, ORNATE_PAGES, ORNATE_DEFECTS)
OTHER_HABITS = Kind("tempered", OrnateBackpack, ORNATE_PAGES, habits={"habits": TEMPERED})


def binding(names: set[str]) -> set[str]:
    """Those of the requirements that are more than a MAY."""
    return {name for name in names if requirements()[name].level is not Level.MAY}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(PLAIN, id="plain", marks=pytest.mark.exhaustive),
        pytest.param(ORNATE, id="ornate"),
        pytest.param(OTHER_HABITS, id="tempered", marks=pytest.mark.exhaustive),
    ],
)
def test_a_backpack_that_uses_its_freedoms_conforms(
    kind: Kind, judge_target: Judge, scenarios: list[Scenario]
):
    """Other codes, pages, tokens, ports and headers than the mock's: no MUST, no SHOULD fails."""
    chosen = [scenario for scenario in scenarios if CHROMIUM or "browser" not in scenario.needs]
    with kind.make(expires=LIFE, **kind.habits) as backpack:
        waiting = {"wait_expiry": LIFE + 5.0, "pages": kind.pages}
        outcomes = judge_target(backpack.root, chosen, **waiting)
    assert binding(failed(outcomes)) == set()
    open_ = {name for name, found in outcomes.items() if Outcome.CANT_TELL in found}
    assert open_ == set()


@pytest.mark.parametrize(("package", "stranger"), [("plain", "ornate"), ("ornate", "plain")])
def test_a_miniature_is_a_reading_of_its_own(package: str, stranger: str):
    """It imports nothing of the suite, the mock or the other miniature."""
    folder = Path(__file__).parents[2] / "miniatures" / package
    imports = re.compile(r"^\s*(?:from|import)\s+(\S+)", re.MULTILINE)
    imported = {name for file in folder.rglob("*.py") for name in imports.findall(file.read_text())}
    foreign = ("conformance", "mock_backpack", f"tests.miniatures.{stranger}")
    assert imported
    assert {name for name in imported if name.startswith(foreign)} == set()


def about(scenarios: list[Scenario], breaks: set[str]) -> list[Scenario]:
    """The scenarios that judge what is broken, without stories and without a browser."""
    return [
        scenario
        for scenario in scenarios
        if breaks & set(scenario.requirements)
        and not is_story(scenario)
        and "browser" not in scenario.needs
    ]


def of_areas(scenarios: list[Scenario], breaks: set[str]) -> list[Scenario]:
    """The scenarios that judge any requirement of the areas in which something is broken.

    Slow ones, stories, and further rows of a scenario are left to the whole runs above, unless
    they are about what is broken.
    """
    areas, begun = {name.rpartition("-")[0] for name in breaks}, set[str]()
    chosen = list[Scenario]()
    for scenario in scenarios:
        if is_story(scenario) or not areas & {
            name.rpartition("-")[0] for name in scenario.requirements
        }:
            continue
        is_about = bool(breaks & set(scenario.requirements))
        if is_slow(scenario) or scenario.id in begun:
            if is_about and "browser" not in scenario.needs:
                chosen.append(scenario)
        else:
            chosen.append(scenario)
            begun.add(scenario.id)
    return chosen


KINDS = {"plain": PLAIN, "ornate": ORNATE}


def wrong_ones(kind: Kind) -> list[Any]:
    """The defects of a miniature, after its name."""
    names = [f"{kind.name}:{defect}" for defect in kind.defects]
    return one_of_each_area(names, lambda name: kind.defects[name.partition(":")[2]].breaks)


@pytest.mark.parametrize(
    "choose", [about, pytest.param(of_areas, marks=pytest.mark.exhaustive)], ids=["about", "areas"]
)
@pytest.mark.parametrize("wrong", [*wrong_ones(PLAIN), *wrong_ones(ORNATE)])
def test_a_wrong_backpack_is_caught(
    wrong: str, choose: Choose, judge_target: Judge, scenarios: list[Scenario]
):
    """It fails what the defect breaks, and is accused of nothing else in the areas concerned.

    Nor by what else the scenarios judge that are about it. Properties try few examples at first,
    and the usual number where that was too few.
    """
    name, _, defect = wrong.partition(":")
    kind = KINDS[name]
    judged = {name for scenario in scenarios for name in scenario.requirements}
    breaks = set(kind.defects[defect].breaks) & judged - POLICY
    if not breaks:
        pytest.skip("no scenario judges what this defect breaks")
    waits = bool(breaks & EXPIRY)
    chosen = choose(scenarios, breaks)
    with kind.make(expires=LIFE if waits else 3600, defect=defect) as backpack:
        options = {"wait_expiry": LIFE + 5.0 if waits else 0.0, "pages": kind.pages}
        accused = failed(judge_target(backpack.root, chosen, FEW, **options))
        if binding(accused) < breaks:
            drawn = [scenario for scenario in chosen if scenario.for_all]
            accused |= failed(judge_target(backpack.root, drawn, **options))
    assert binding(accused) == breaks


@pytest.mark.parametrize(
    ("area", "freedom"),
    [
        ("BC-REVOKE", {"removal": Removal.BOXES}),
        ("BC-REVOKE", {"removal": Removal.BUTTONS_AND_QUESTION}),
        ("BC-CONNECT", {"login": Login.WITH_THE_ANSWER}),
        ("BC-AUTH", {"challenge": 'BEARER {error}realm="ornate"'}),
        ("BC-AUTH", {"challenge": 'DPoP a="b", Bearer {error}c="d"'}),
    ],
    ids=["boxes", "question", "login-with-answer", "upper-case", "two-challenges"],
)
def test_what_the_suite_cannot_follow_it_does_not_call_wrong(
    area: str, freedom: dict[str, Any], judge_target: Judge, scenarios: list[Scenario]
):
    """Pages and headers in a form that nobody forbids end in no accusation."""
    with OrnateBackpack(habits=Habits(**freedom)) as backpack:
        chosen = of_areas(scenarios, {f"{area}-01"})
        outcomes = judge_target(backpack.root, chosen, pages=ORNATE_PAGES)
    assert binding(failed(outcomes)) == set()


def test_a_consent_page_in_another_language_is_no_failure():
    """Who cannot read the page says so, and judges nothing."""
    with OrnateBackpack(habits=Habits(words=("Ablehnen", "Zulassen"))) as backpack:
        target = TargetOptions(backpack.root, pages=ORNATE_PAGES)
        with open_runner(DEFAULT, RunOptions(target=target)) as runner:
            assert runner.trouble is not None
            assert "'Ablehnen' was pressed" in str(runner.trouble)
            assert "Accept-Language" in str(runner.trouble)


def test_a_backpack_with_two_accounts_can_be_judged(judge_target: Judge, scenarios: list[Scenario]):
    """Where nobody can make an account, the given ones are used, one scenario after the other."""
    accounts = {"ada@example.org": "difference engine", "grace@example.org": "first bug"}
    chosen = [
        scenario
        for scenario in scenarios
        if scenario.id in ("issue-wrong-earner", "revoke-spares-others")
    ]
    with PlainBackpack(accounts=accounts) as backpack:
        outcomes = judge_target(backpack.root, chosen, accounts=accounts)
    assert failed(outcomes) == set()
    assert set(outcomes["BC-ISSUE-09"]) == {Outcome.PASSED}


@pytest.mark.parametrize("waiting", [0.0, 1.0])
def test_expiry_without_a_clock_is_untested(
    waiting: float, judge_target: Judge, scenarios: list[Scenario]
):
    """What nobody measured is not green: the reason names the option that would help."""
    chosen = [scenario for scenario in scenarios if scenario.id == "token-after-expiry"]
    with PlainBackpack(accounts=None, expires=3600) as backpack:
        outcomes = judge_target(backpack.root, chosen, wait_expiry=waiting)
    assert outcomes["BC-TOKEN-10"] == {Outcome.UNTESTED}
