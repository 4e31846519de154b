"""What a scenario asks of a target that not every target can do."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Block, Scenario, Step
from conformance.scenario.steps import play_of
from conformance.scenario.verb import EVERYWHERE, Actor, Verb


def capabilities(scenario: Scenario, language: Language) -> frozenset[str]:
    """The capabilities without which its steps cannot be done."""
    needed = set[str]()
    roles = set[str]()
    for step in _with_blocks(scenario.steps):
        roles |= set(_roles(step))
        if step.verb == PLAY:
            played = play_of(step, scenario, language)
            needed |= set(played[0].needs(**played[1])) if played else set()
        elif (verb := language.verbs.get(step.verb)) is not None:
            rows = dict(scenario.rows)
            needed |= set(verb.needs({**step.arguments, "each": rows}))
    return frozenset(needed | {"second-earner"} if len(roles) > 1 else needed)


def lacks_by_hand(scenario: Scenario, language: Language) -> str:
    """Why one grant that an earner gave by hand is not enough; ``""`` when it is."""
    steps = list(_with_blocks(scenario.steps))
    connects = [step for step in steps if step.verb == "connect"]
    plain = [step for step in connects if set(step.arguments) == {"earner"} and not step.expect]
    by_earners = {_actor(step, language) for step in steps} - {Actor.ISSUER}
    if len(connects) > 1 or len(plain) < len(connects) or by_earners:
        return "it needs an earner at the target's pages, and there is only the grant given by hand"
    spent = [str(step.arguments.get("token")) for step in steps if step.verb == "refresh"]
    if len(set(spent)) < len(spent):
        return "it uses a refresh token twice, which may end the grant that was given by hand"
    return ""


def lacks_by_adapter(scenario: Scenario, language: Language, methods: Container[str]) -> str:
    """Why an adapter that grants in place of the earner is not enough; ``""`` when it is."""
    steps = list(_with_blocks(scenario.steps))
    walks = [step for step in steps if step.verb in ("connect", "revoke")]
    plain = [step for step in walks if _is_plain(step.arguments) and not step.expect]
    at_pages = Actor.PAGES in {_actor(step, language) for step in steps}
    if len(plain) < len(walks) or at_pages:
        return "it needs an earner at the target's pages, and there is only grant() of the adapter"
    if any(step.verb == "revoke" for step in steps) and "revoke" not in methods:
        return "the adapter has no revoke(), and nobody can get to the settings page"
    return ""


def endpoints_of(scenario: Scenario, language: Language) -> frozenset[str]:
    """What of a target a scenario asks; all of it, where that is drawn or written as bytes."""
    asked = {*language.always_asked}
    for step in _with_blocks(scenario.steps):
        for name, arguments in _at_once(step):
            verb = language.verbs.get(name)
            asked |= {EVERYWHERE} if verb is None else set(verb.asks(arguments))
    return frozenset(language.endpoints if EVERYWHERE in asked else asked)


def _actor(step: Step, language: Language) -> Actor:
    """Who must be there; of steps that are drawn nobody knows, so it may be anybody."""
    return Actor.PAGES if step.verb == PLAY else _verb(step, language).actor


def _verb(step: Step, language: Language) -> Verb:
    return language.verbs[step.verb]


def _is_plain(arguments: Mapping[str, Any]) -> bool:
    """Whether all that is said of a grant is whose it is, and which origin's."""
    members = {*arguments, *arguments.get("callback", ())} - {"callback"}
    return members <= {"earner", "origin"}


def _with_blocks(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The steps, each followed by those of the block that it uses."""
    for step in steps:
        yield step
        block = step.arguments.get("block")
        if isinstance(block, Block):
            yield from block.steps


def _at_once(step: Step) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A step, and the steps that it does at once, as verbs with their arguments."""
    yield step.verb, step.arguments
    inner = step.arguments.get("steps", [step.arguments.get("step", {})])
    for written in inner if step.verb == "parallel" else ():
        yield from written.items()


def _roles(step: Step) -> Iterator[str]:
    """The earners of whom a step speaks."""
    badge = step.arguments.get("assertion") if step.verb == "host" else None
    recipient = badge.get("recipient") if isinstance(badge, Mapping) else None
    awarded = recipient.get("earner") if isinstance(recipient, Mapping) else None
    for role in (step.arguments.get("earner"), step.arguments.get("by"), awarded):
        if isinstance(role, str):
            yield role
