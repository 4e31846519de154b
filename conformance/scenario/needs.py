"""The capabilities and endpoints that a scenario needs."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Block, Scenario, Step
from conformance.scenario.steps import play_of
from conformance.scenario.verb import EVERYWHERE


def capabilities(scenario: Scenario, language: Language) -> frozenset[str]:
    """The capabilities that its steps need."""
    needed = set[str]()
    roles = set[str]()
    for step in with_blocks(scenario.steps):
        roles |= set(_roles(step))
        if step.verb == PLAY:
            played = play_of(step, scenario, language)
            needed |= set(played[0].needs(**played[1])) if played else set()
        elif (verb := language.verbs.get(step.verb)) is not None:
            rows = dict(scenario.rows)
            needed |= set(verb.needs({**step.arguments, "each": rows}))
    return frozenset(needed | {"second-earner"} if len(roles) > 1 else needed)


def endpoints_of(scenario: Scenario, language: Language) -> frozenset[str]:
    """The endpoints of a scenario's requests; all of them for drawn steps and raw bytes."""
    endpoints = {*language.always_asked}
    for step in with_blocks(scenario.steps):
        for name, arguments in _with_parallel(step):
            verb = language.verbs.get(name)
            endpoints |= {EVERYWHERE} if verb is None else set(verb.asks(arguments))
    return frozenset(language.endpoints if EVERYWHERE in endpoints else endpoints)


def with_blocks(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The steps, each followed by those of the block that it uses."""
    for step in steps:
        yield step
        block = step.arguments.get("block")
        if isinstance(block, Block):
            yield from block.steps


def _with_parallel(step: Step) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A step and its parallel steps, as verbs with their arguments."""
    yield step.verb, step.arguments
    inner = step.arguments.get("steps", [step.arguments.get("step", {})])
    for written in inner if step.verb == "parallel" else ():
        yield from written.items()


def _roles(step: Step) -> Iterator[str]:
    """The earners that a step names."""
    badge = step.arguments.get("assertion") if step.verb == "host" else None
    recipient = badge.get("recipient") if isinstance(badge, Mapping) else None
    awarded_to = recipient.get("earner") if isinstance(recipient, Mapping) else None
    for role in (step.arguments.get("earner"), step.arguments.get("by"), awarded_to):
        if isinstance(role, str):
            yield role
