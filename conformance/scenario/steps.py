"""Steps as they are written, and back: how a scenario is read, and how one is written down."""

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, TypeAlias

from attrs import evolve

from conformance.core.errors import Place
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Block, Expectation, Scenario, Step
from conformance.scenario.references import references
from conformance.scenario.strategy import Strategy

Parameters: TypeAlias = Mapping[str, Any]


def read_step(
    language: Language, number: int, written: Mapping[str, Any], place_of: Callable[..., Place]
) -> Step:
    """A step out of what stands in a scenario; ``place_of`` says where a part of it stands."""
    verb = next(filter(language.is_verb, written), "")
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


def played(language: Language, steps: Iterable[Step], drawn: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps with drawn ones in place of those that play them, numbered anew."""
    played_steps = [each for step in steps for each in _played(language, step, drawn)]
    return tuple(evolve(step, number=number) for number, step in enumerate(played_steps, start=1))


def _played(language: Language, step: Step, drawn: Mapping[str, Any]) -> list[Step]:
    if step.verb != PLAY:
        return [step]
    [story] = references(step.arguments)
    return [read_step(language, 0, written, lambda *_: step.place) for written in drawn[story]]


def names_used(steps: Iterable[Step]) -> set[str]:
    """The names that steps and their expectations refer to."""
    found: set[str] = set()
    for step in steps:
        for part in (step.arguments, *(one.terms for one in step.expect)):
            found |= {name.split(".")[0] for name in references(part)}
    return found


def play_of(
    step: Step, scenario: Scenario, language: Language
) -> tuple[Strategy, Parameters] | None:
    """The strategy whose steps a step plays, and its parameters; ``None`` when it plays none."""
    names = list(references(step.arguments))
    entry = dict(scenario.for_all.get(names[0], {})) if len(names) == 1 else {}
    strategy = language.strategies.get(entry.pop("strategy", ""))
    return (strategy, entry) if strategy is not None and strategy.draws_steps else None
