"""Loading of scenario files, with the problems in them and their places."""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from attrs import evolve

from conformance.core.catalogue import did_you_mean
from conformance.core.documents import Document, Path_, read_yaml
from conformance.core.errors import AuthoringError, Place
from conformance.core.resources import SCENARIO
from conformance.core.schemas import Misfit, misfits, validator
from conformance.scenario.blocks import block_validator, known_blocks, read_block
from conformance.scenario.language import PLAY, Language
from conformance.scenario.lint import Linter
from conformance.scenario.model import Block, Scenario, Step
from conformance.scenario.needs import capabilities
from conformance.scenario.retelling import retold
from conformance.scenario.steps import play_of, read_step

MOST_ROWS = 2_000
"""Maximum rows of a scenario: each row is a test of its own, which logs in and pushes."""


def shipped(language: Language) -> list[Path]:
    """The scenario files of this distribution, in a stable order."""
    return sorted(language.folder.rglob(f"*{SCENARIO}"))


@cache
def shipped_scenarios(language: Language) -> tuple[Scenario, ...]:
    """All scenarios of this distribution."""
    return tuple(load(file, language) for file in shipped(language))


def shipped_rows(language: Language) -> list[Scenario]:
    """All scenarios of this distribution, one for each row."""
    return [row for scenario in shipped_scenarios(language) for row in scenario.each()]


def load(file: Path, language: Language) -> Scenario:
    """Read a scenario file in the language of an API.

    Raises:
        AuthoringError: for the first problem, with its place.
    """
    scenario, found = _read(read_yaml(file), language)
    if scenario is None or found:
        raise found[0]
    return scenario


def problems(document: Document, language: Language) -> list[AuthoringError]:
    """All problems of a scenario file.

    The parts that do not match the schema are reported, and the others are checked further.
    """
    return _read(document, language)[1]


def _read(document: Document, language: Language) -> tuple[Scenario | None, list[AuthoringError]]:
    """The scenario in a file, as far as it can be read, and the problems of the file."""
    try:
        document = retold(document)
    except AuthoringError as error:
        return None, [error]
    if too_many := _too_many_rows(document):
        return None, [too_many]
    mismatches = list(misfits(validator(language.schema), document.value))
    found = [_unlike_schema(mismatch, document) for mismatch in mismatches]
    spoiled = frozenset(_unreadable(mismatch.path) for mismatch in mismatches)
    if spoiled & {(), ("steps",)}:
        return None, found
    scenario = _scenario(document, language, spoiled)
    return scenario, [*found, *Linter(document, language, scenario, spoiled).problems()]


def _unlike_schema(mismatch: Misfit, document: Document) -> AuthoringError:
    advice = ""
    if mismatch.unknown_key is not None:
        advice = did_you_mean(mismatch.unknown_key, mismatch.known_keys)
    return AuthoringError(f"{mismatch}{advice}", document.place(mismatch.path))


def _too_many_rows(document: Document) -> AuthoringError | None:
    each = document.value.get("each") if isinstance(document.value, Mapping) else None
    if not isinstance(each, list | Mapping) or len(each) <= MOST_ROWS:
        return None
    message = f"each: expected at most {MOST_ROWS} rows, saw {len(each)}"
    return AuthoringError(message, document.place(("each",)))


def block_problems(document: Document, language: Language) -> Iterator[AuthoringError]:
    """All problems of a block file."""
    mismatches = list(misfits(block_validator(language.schema), document.value))
    for mismatch in mismatches:
        yield AuthoringError(str(mismatch), document.place(mismatch.path))
    if not mismatches:
        block = _block(document.file, language)
        scenario = Scenario(block.id, block.title, "", document.place(), block.steps)
        yield from Linter(document, language, scenario).problems_of_block(block)


def _unreadable(path: Path_) -> Path_:
    """The part of a file that cannot be read because of a mismatch at a path.

    It is an expectation, a step, or a member of the file.
    """
    if path[:1] != ("steps",):
        return path[:1]
    return path[:4] if len(path) > 3 and path[2] == "expect" else path[:2]


def _scenario(document: Document, language: Language, spoiled: frozenset[Path_]) -> Scenario:
    """The scenario in a file, without the parts that cannot be read."""
    value = {name: member for name, member in document.value.items() if (name,) not in spoiled}
    each = value.get("each", {})
    scenario = Scenario(
        id=value.get("id", ""),
        title=value.get("title", ""),
        story=value.get("story", ""),
        place=document.place(),
        steps=tuple(
            _step(document, number, step, language, spoiled)
            for number, step in enumerate(value["steps"], start=1)
        ),
        needs=frozenset(value.get("needs", ())),
        risk=value.get("risk"),
        rows=each if isinstance(each, Mapping) else {name: {} for name in each},
        for_all=value.get("for_all", {}),
        examples=value.get("examples", {}),
    )
    steps = tuple(_judging(step, scenario, language) for step in scenario.steps)
    needs = scenario.needs | capabilities(scenario, language)
    return evolve(scenario, steps=steps, needs=needs)


def _judging(step: Step, scenario: Scenario, language: Language) -> Step:
    """The step; a ``play`` step gets the requirements that its drawn steps may judge."""
    played = play_of(step, scenario, language) if step.verb == PLAY else None
    if played is None:
        return step
    strategy, parameters = played
    return evolve(step, judges=strategy.judges(**parameters))


def _step(
    document: Document, number: int, step: Any, language: Language, spoiled: frozenset[Path_]
) -> Step:
    path: Path_ = ("steps", number - 1)
    if path in spoiled:
        return _blind(step, number, document.place(path))
    read = read_step(language, number, step, lambda *below: document.place((*path, *below)))
    return evolve(
        read,
        arguments=_arguments(document, language, read.verb, read.arguments),
        expect=tuple(
            expectation
            for expectation in read.expect
            if (*path, "expect", expectation.requirement) not in spoiled
        ),
    )


def _arguments(
    document: Document, language: Language, verb: str, written: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What a step says; for the name of a block, the block."""
    file = (
        known_blocks(document.file, language).get(written.get("block", ""))
        if verb == "use"
        else None
    )
    return written if file is None else {**written, "block": _block(file, language)}


@cache
def _block(file: Path, language: Language) -> Block:
    """A block, which most scenarios of a folder use."""
    read_each = partial(_step, language=language, spoiled=frozenset())
    return read_block(file, language, read_each)


def _blind(step: Any, number: int, place: Place) -> Step:
    """A step that cannot be read, which may use and save any name in it."""
    save = step.get("save") if isinstance(step, Mapping) else None
    return Step(
        number=number,
        verb="",
        arguments={"": step},
        place=place,
        save=save if isinstance(save, str) else None,
    )
