"""The results that ``check`` knows are those that the steps save."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.apis.connect.verbs import VERBS
from conformance.apis.registry import DEFAULT
from conformance.core.catalogue import did_you_mean
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions, Session
from conformance.engine.state import State
from conformance.scenario.references import BUILT_IN, located
from conformance.scenario.saved import FACTS, NEARLY
from conformance.scenario.verb import Saves

INTERNAL = {"sound"}
"""Kept with a hosted badge for ``mend`` and ``withdraw``, and for nobody else."""

SAVING: Mapping[str, Saves] = {name: verb.saves for name, verb in VERBS.items() if verb.saves}
WHOLE = {name: saves.members for name, saves in SAVING.items() if not saves.is_open}
AMONG = {
    name: saves.members for name, saves in SAVING.items() if saves.is_open and name != "request"
}

Saved = Mapping[str, Mapping[str, Any]]


async def _do_all(session: Session) -> tuple[dict[str, Any], Saved]:
    """The initial variables, and those that one step of each verb saves."""
    state = State.fresh(session, {})
    known = dict(state.variables)
    grant = (await VERBS["connect"].action(state, {"earner": "ada"})).saved
    token = grant["access_token"]
    badge = (await VERBS["host"].action(state, {"assertion": {}})).saved
    steps = {
        "issue": {"token": token, "badge": badge["pushed"]},
        "identity": {"token": token},
        "badges": {"earner": "ada"},
        "visits": {"of": badge["url"]},
        "grant": {"earner": "ada", "scope": ["issue"]},
        "derive": {"from": token, "change": "double"},
        "refresh": {"token": grant["refresh_token"]},
    }
    saved = {
        verb: (await VERBS[verb].action(state, wanted)).saved for verb, wanted in steps.items()
    }
    return known, {"connect": grant, "host": badge, **saved}


@pytest.fixture(scope="module")
def seen() -> tuple[dict[str, Any], Saved]:
    """The same, with the mock as the target."""
    with open_runner(DEFAULT, RunOptions()) as runner:
        assert runner.trouble is None
        return runner.portal.call(_do_all, runner.session)


def test_what_is_known_before_the_first_step_is_known_to_the_check(seen):
    """``$site``, ``$target``, and the earners."""
    known, _ = seen
    assert set(known) | {"each"} == BUILT_IN
    assert {name: tuple(known[name]) for name in FACTS} == dict(FACTS)


@pytest.mark.parametrize("verb", WHOLE)
def test_a_result_without_others_is_whole(verb, seen):
    """Another member would be refused though it is there."""
    _, saved = seen
    assert set(saved[verb]) - INTERNAL == set(WHOLE[verb])


@pytest.mark.parametrize("verb", AMONG)
def test_what_a_right_target_tells_is_not_taken_for_mistyped(verb, seen):
    """Known members are in the result or in the refusal; unknown ones are allowed."""
    _, saved = seen
    assert set(AMONG[verb]) - set(saved[verb]) <= {"error", "message"}
    more = set(saved[verb]) - set(AMONG[verb])
    assert [name for name in more if did_you_mean(name, AMONG[verb], NEARLY)] == []


def test_a_reference_is_found_with_its_path():
    """Whole, inside of a text, and in lists; several in one text."""
    value = {"a": ["$x.y", {"b": "at ${x} and ${z.w}"}], "c": 7, "d": "$"}
    assert list(located(value, ("top",))) == [
        ("x.y", ("top", "a", 0)),
        ("x", ("top", "a", 1, "b")),
        ("z.w", ("top", "a", 1, "b")),
    ]
