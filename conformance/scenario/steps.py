"""The conversion between steps and their form in scenario files."""

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
    """A step from its form in a scenario file; ``place_of`` returns the place of a part of it."""
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
    """The form of a step in a scenario file; it saves only names that are used."""
    block = step.arguments.get("block")
    arguments = (
        {**step.arguments, "block": block.id} if isinstance(block, Block) else step.arguments
    )
    written: dict[str, Any] = {step.verb: arguments}
    if step.save in used:
        written["save"] = step.save
    if step.expect:
        written["expect"] = {
            expectation.requirement: expectation.terms for expectation in step.expect
        }
    if step.given is not None:
        written["given"] = step.given
    if step.must != _usual_must(written):
        written["must"] = step.must
    return written


def _usual_must(written: Mapping[str, Any]) -> str | None:
    return None if "expect" in written else "succeed"


def played(language: Language, steps: Iterable[Step], drawn: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps, with the drawn ones in place of ``play`` steps, and numbered anew."""
    played_steps = [each for step in steps for each in _played(language, step, drawn)]
    return tuple(evolve(step, number=number) for number, step in enumerate(played_steps, start=1))


def _played(language: Language, step: Step, drawn: Mapping[str, Any]) -> list[Step]:
    if step.verb != PLAY:
        return [step]
    [story] = references(step.arguments)
    return [read_step(language, 0, written, lambda *_: step.place) for written in drawn[story]]


def names_used(steps: Iterable[Step]) -> set[str]:
    """The names that steps, their conditions and their expectations refer to."""
    names: set[str] = set()
    for step in steps:
        terms = (expectation.terms for expectation in step.expect)
        for part in (step.arguments, step.given, *terms):
            names |= {name.split(".")[0] for name in references(part)}
    return names


def play_of(
    step: Step, scenario: Scenario, language: Language
) -> tuple[Strategy, Parameters] | None:
    """The strategy that draws the steps of a ``play`` step, and its parameters; else ``None``."""
    names = list(references(step.arguments))
    entry = dict(scenario.for_all.get(names[0], {})) if len(names) == 1 else {}
    strategy = language.strategies.get(entry.pop("strategy", ""))
    return (strategy, entry) if strategy is not None and strategy.draws_steps else None
