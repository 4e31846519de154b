"""The lint of references to members: of results, issuer site, target and earners."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve, field, frozen

from conformance.core.catalogue import did_you_mean
from conformance.core.documents import Path_
from conformance.scenario.facts import facts
from conformance.scenario.mistake import Mistake
from conformance.scenario.model import Block, Scenario, Step
from conformance.scenario.references import located
from conformance.scenario.verb import Saves, Verb

FACTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(members)
        for name, members in facts("http://a", "http://b", "http://c", "http://d").items()
    }
)
"""The members of ``site`` and ``target``, which are the same for every target."""
NEARLY = 0.85
"""How similar an unknown member must be to a known one to be reported as misspelled."""
BADGES = {"beside": (), "update": (), "withdraw": (), "mend": (), "matches_hosted": ("documents",)}
"""Arguments and terms that take a hosted badge, with the members after its name."""


@frozen
class KnownNames:
    """The names that have been saved, and the earners that were named, before a step."""

    verbs: Mapping[str, Verb]
    saved: Mapping[str, Step] = field(factory=dict)
    """From a name to the step that saved it."""
    roles: frozenset[str] = frozenset()
    inputs: tuple[str, ...] | None = None
    """Members of ``in``, inside a block."""

    def speaking_of(self, step: Step) -> "KnownNames":
        """The same, with the earners of one more step."""
        return evolve(self, roles=self.roles | frozenset(_roles(step)))

    def after(self, step: Step) -> "KnownNames":
        """The same, with the result of one more step."""
        more = {step.save: step} if step.save else {}
        return evolve(self, saved={**self.saved, **more})


def wrong_references(scenario: Scenario, verbs: Mapping[str, Verb]) -> Iterator[Mistake]:
    """References to unknown members of known names."""
    roles = frozenset(_named_earners(scenario.rows))
    yield from _check_steps(scenario.steps, KnownNames(verbs, roles=roles))


def wrong_references_of_block(block: Block, verbs: Mapping[str, Verb]) -> Iterator[Mistake]:
    """The same for a block, which has inputs and outputs."""
    names = KnownNames(verbs, inputs=block.inputs)
    yield from _check_steps(block.steps, names)
    for step in block.steps:
        names = names.speaking_of(step).after(step)
    yield from _check_value(block.outputs, ("outputs",), names)


def _check_steps(steps: Iterable[Step], names: KnownNames) -> Iterator[Mistake]:
    for step in steps:
        path: Path_ = ("steps", step.number - 1)
        if step.verb:
            yield from _check_value(step.arguments, (*path, step.verb), names)
        names = names.speaking_of(step)
        expected = names.after(step)
        for expectation in step.expect:
            yield from _check_value(
                expectation.terms, (*path, "expect", expectation.requirement), expected
            )
        names = expected


def _roles(step: Step) -> Iterator[str]:
    """The earners that a step names; the default recipient of a badge is ada.

    A step without a verb cannot be read, and may host a badge as well.
    """
    badge = step.arguments.get("assertion") if step.verb == "host" else None
    if not step.verb or (badge is not None and "recipient" not in badge):
        yield "ada"
    yield from _named_earners(step.arguments)
    block = step.arguments.get("block")
    for inner in block.steps if isinstance(block, Block) else ():
        yield from _roles(inner)


def _named_earners(value: Any) -> Iterator[str]:
    match value:
        case Mapping():
            for name, member in value.items():
                if name in ("earner", "by") and isinstance(member, str):
                    yield member
                yield from _named_earners(member)
        case list():
            for member in value:
                yield from _named_earners(member)


def _check_value(value: Any, path: Path_, names: KnownNames) -> Iterator[Mistake]:
    for reference, place in located(value, path):
        base, *members = reference.split(".")
        key = str(place[-1])
        if key in BADGES and base in names.saved:
            yield from _check_badge(reference, key, names, members, place)
        elif members:
            yield from _check_member(base, members, names, place)


def _check_badge(
    reference: str, key: str, names: KnownNames, members: list[str], place: Path_
) -> Iterator[Mistake]:
    base = reference.partition(".")[0]
    verb = names.verbs.get(names.saved[base].verb)
    suffix = "".join(f".{member}" for member in BADGES[key])
    if verb is None or verb.saves is None:
        return
    if verb.name != "host":
        message = f"{key}: expected a badge that a host step saved, saw ${reference} of {verb.name}"
        yield Mistake(message, place)
    elif tuple(members) != BADGES[key]:
        yield Mistake(f"{key}: expected ${base}{suffix}, saw ${reference}", place)


def _check_member(
    base: str, members: list[str], names: KnownNames, place: Path_
) -> Iterator[Mistake]:
    first = members[0]
    if base == "earner":
        yield from _check_earner(members, names, place)
    elif base in FACTS:
        if first not in FACTS[base]:
            yield _no_member(base, first, FACTS[base], place)
    elif base == "in" and names.inputs is not None:
        if first not in names.inputs:
            yield _no_member(base, first, names.inputs, place)
    elif (step := names.saved.get(base)) is not None:
        yield from _check_result(step, names, base, first, place)


def _check_result(
    step: Step, names: KnownNames, base: str, member: str, place: Path_
) -> Iterator[Mistake]:
    block = step.arguments.get("block")
    verb = names.verbs.get(step.verb)
    saves = Saves(tuple(block.outputs)) if isinstance(block, Block) else None
    if saves is None and verb is not None:
        saves = verb.saves
    if saves is None or member in saves.members:
        return
    if not saves.is_open:
        yield _no_member(base, member, saves.members, place)
    elif advice := did_you_mean(member, saves.members, NEARLY):
        yield Mistake(f"{step.verb} returns no ${base}.{member}{advice}", place)


def _check_earner(members: list[str], names: KnownNames, place: Path_) -> Iterator[Mistake]:
    role, *rest = members
    if role not in names.roles:
        advice = did_you_mean(role, names.roles) if names.roles else ""
        yield Mistake(f"no earlier step has an earner {role!r}{advice}", place)
    elif rest != ["email"]:
        yield Mistake(f"expected $earner.{role}.email", place)


def _no_member(base: str, member: str, known: tuple[str, ...], place: Path_) -> Mistake:
    if not known:
        return Mistake(f"unknown reference ${base}.{member}: ${base} has no members", place)
    advice = did_you_mean(member, known) or f": expected one of {', '.join(known)}"
    return Mistake(f"unknown reference ${base}.{member}{advice}", place)
