"""Steps as they are written, and back: how a scenario is read, and how one is written down."""

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from attrs import evolve

from conformance.apis.connect.verbs import VERBS
from conformance.core.errors import Place
from conformance.scenario.model import Block, Expectation, Scenario, Step
from conformance.scenario.references import references

PLAY = "play"
"""What looks like a verb, but stands for steps that are drawn."""


def read_step(number: int, written: Mapping[str, Any], place_of: Callable[..., Place]) -> Step:
    """A step out of what stands in a scenario; ``place_of`` says where a part of it stands."""
    verb = next((name for name in written if name in VERBS or name == PLAY), "")
    return Step(
        number=number,
        verb=verb,
        arguments=written.get(verb, {}),
        place=place_of(),
        save=written.get("save"),
        must=written.get("must", _usual_must(written)),
        given=written.get("given"),
        expect=tuple(
            Expectation(name, terms, place_of("expect", name))
            for name, terms in written.get("expect", {}).items()
        ),
        judges=tuple(written.get("judges", ())),
    )


def write_step(step: Step, used: Container[str | None]) -> dict[str, Any]:
    """What stands in a scenario for a step; what nobody uses is not saved."""
    block = step.arguments.get("block")
    said = {**step.arguments, "block": block.id} if isinstance(block, Block) else step.arguments
    written: dict[str, Any] = {step.verb: said}
    if step.save in used:
        written["save"] = step.save
    if step.expect:
        written["expect"] = {one.requirement: one.terms for one in step.expect}
    if step.given is not None:
        written["given"] = step.given
    if step.must != _usual_must(written):
        written["must"] = step.must
    return written


def _usual_must(written: Mapping[str, Any]) -> str | None:
    return None if "expect" in written else "succeed"


def played(steps: Iterable[Step], drawn: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps with drawn ones in place of those that play them, numbered anew."""
    found = [one for step in steps for one in _played(step, drawn)]
    return tuple(evolve(one, number=number) for number, one in enumerate(found, start=1))


def _played(step: Step, drawn: Mapping[str, Any]) -> list[Step]:
    if step.verb != PLAY:
        return [step]
    [story] = references(step.arguments)
    return [read_step(0, one, lambda *_: step.place) for one in drawn[story]]


def names_used(steps: Iterable[Step]) -> set[str]:
    """The names that steps and their expectations refer to."""
    found: set[str] = set()
    for step in steps:
        for part in (step.arguments, *(one.terms for one in step.expect)):
            found |= {name.split(".")[0] for name in references(part)}
    return found


def play_of(step: Step, scenario: Scenario) -> Mapping[str, Any] | None:
    """The parameters of the stories that a step plays; ``None`` when it plays something else."""
    names = list(references(step.arguments))
    entry = dict(scenario.for_all.get(names[0], {})) if len(names) == 1 else {}
    return entry if entry.pop("strategy", "") == "story" else None
