"""The lint of scenario files: rules that a JSON Schema cannot express."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from attrs import frozen

from conformance.core.catalogue import did_you_mean, requirements
from conformance.core.documents import Document, Path_
from conformance.core.errors import AuthoringError
from conformance.core.resources import SCENARIO
from conformance.core.schemas import all_schemas, answer_names
from conformance.scenario.blocks import known_blocks
from conformance.scenario.expectations.named import CHECKS
from conformance.scenario.expectations.terms import TERMS
from conformance.scenario.inline_schemas import unknown_keywords, wrong_schemas
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Block, Expectation, Scenario, Step
from conformance.scenario.references import (
    BUILT_IN,
    Unresolved,
    located,
    misspelled,
    references,
    resolve,
)
from conformance.scenario.saved import wrong_references, wrong_references_of_block
from conformance.scenario.steps import play_of

SUFFIX = SCENARIO
WITH_SCHEMAS = ("when", "body", "landed", "header")
"""Terms that contain JSON Schemas."""


@frozen
class Linter:
    """Checks a scenario or a block after it was read.

    Nothing counts as missing when it may be in a part of the file that could not be read.
    """

    document: Document
    language: Language
    scenario: Scenario
    spoiled: frozenset[Path_] = frozenset()
    """Paths of the parts that could not be read."""

    def problems(self) -> Iterator[AuthoringError]:
        """All problems of the scenario."""
        yield from self._check_file()
        yield from self._check_plays()
        yield from self._check_variables()
        for mistake in wrong_references(self.scenario, self.language.verbs):
            yield self._error(mistake.message, *mistake.path)
        for step in self.scenario.steps:
            if ("steps", step.number - 1) not in self.spoiled:
                yield from self._check_step(step)

    def problems_of_block(self, block: Block) -> Iterator[AuthoringError]:
        """All problems of a block."""
        known = {"in", *BUILT_IN} - {"each"}
        for step in block.steps:
            yield from self._check_step(step)
            yield from self._check_references(
                step.arguments, known, "steps", step.number - 1, step.verb
            )
            known |= {step.save} if step.save else set()
        yield from self._check_references(block.outputs, known, "outputs")
        for mistake in wrong_references_of_block(block, self.language.verbs):
            yield self._error(mistake.message, *mistake.path)
        used = set(references([self.document.value["steps"], dict(block.outputs)]))
        yield from self._check_unused_saves({reference.split(".")[0] for reference in used})
        for name in block.inputs:
            if f"in.{name}" not in used:
                yield self._error(f"$in.{name} is never used", "inputs")

    @property
    def _steps_are_read(self) -> bool:
        return not any(path[0] == "steps" for path in self.spoiled)

    @property
    def _members_are_read(self) -> bool:
        return all(path[0] == "steps" for path in self.spoiled)

    def _error(self, message: str, *path: str | int) -> AuthoringError:
        return AuthoringError(message, self.document.place(path))

    def _check_file(self) -> Iterator[AuthoringError]:
        file_id = self.document.file.name.removesuffix(SUFFIX)
        if self.scenario.id != file_id and ("id",) not in self.spoiled:
            message = f"id: expected {file_id!r} as the file is named, saw {self.scenario.id!r}"
            yield self._error(message, "id")
        if not self.scenario.requirements and self._steps_are_read:
            yield self._error(
                "expected at least one expectation: this scenario tests nothing", "steps"
            )
        paired = bool(self.scenario.for_all) == bool(self.scenario.examples)
        if self._members_are_read and not paired:
            yield self._error("for_all and examples: expected both or neither", "for_all")
        for name, entry in self.scenario.for_all.items():
            yield from self._check_known(
                "strategy", entry["strategy"], self.language.strategies, "for_all", name, "strategy"
            )
            yield from self._check_strategy(name, entry)

    def _check_strategy(self, name: str, entry: Mapping[str, Any]) -> Iterator[AuthoringError]:
        strategy = self.language.strategies.get(entry["strategy"])
        parameters = {key: value for key, value in entry.items() if key != "strategy"}
        try:
            if strategy is not None:
                for row in self.scenario.each():
                    strategy.draw(**resolve(parameters, {"each": row.of_row}))
        except (TypeError, ValueError, Unresolved) as error:
            yield self._error(f"{entry['strategy']}: {error}", "for_all", name)

    def _check_plays(self) -> Iterator[AuthoringError]:
        for step in self.scenario.steps:
            if step.verb == PLAY and play_of(step, self.scenario, self.language) is None:
                message = "play: expected a variable of the strategy story"
                yield self._error(message, "steps", step.number - 1, PLAY)

    def _check_variables(self) -> Iterator[AuthoringError]:
        known = {*BUILT_IN, *self._drawn()}
        for step in self.scenario.steps:
            path = ("steps", step.number - 1)
            if path in self.spoiled:
                known |= _texts(step.arguments[""])
                continue
            yield from self._check_references(step.arguments, known, *path, step.verb)
            known |= {step.save} if step.save else set()
            for expectation in step.expect:
                yield from self._check_references(
                    expectation.terms, known, *path, "expect", expectation.requirement
                )
        used = {reference.split(".")[0] for reference in references(self._written())}
        if self._members_are_read:
            yield from self._check_rows()
            yield from self._check_unused(used)

    def _written(self) -> list[Any]:
        """All values that may contain references."""
        return [self.document.value["steps"], self.document.value.get("for_all")]

    def _drawn(self) -> set[str]:
        """Names of drawn variables; all keys of mappings when ``for_all`` may be misspelled."""
        if self._members_are_read:
            return set(self.scenario.for_all)
        mappings = (
            member for member in self.document.value.values() if isinstance(member, Mapping)
        )
        return {name for member in mappings for name in member}

    def _check_references(
        self, value: Any, known: set[str], *path: str | int
    ) -> Iterator[AuthoringError]:
        for reference, place in located(value, path):
            name = reference.split(".")[0]
            if name not in known:
                advice = did_you_mean(name, known)
                yield self._error(f"${name} is not saved by any earlier step{advice}", *place)
        for text, place in misspelled(value, path, known):
            message = (
                f"expected a reference such as $name.member, saw {text!r}; $$ is a dollar sign"
            )
            yield self._error(message, *place)

    def _check_unused(self, used: set[str]) -> Iterator[AuthoringError]:
        for name in sorted(set(self.scenario.for_all) - used):
            yield self._error(f"${name} is generated but never used", "for_all", name)
        if self.scenario.rows and "each" not in used:
            yield self._error("$each is never used: all rows are the same", "each")
        yield from self._check_unused_saves(used)

    def _check_unused_saves(self, used: set[str]) -> Iterator[AuthoringError]:
        for step in self.scenario.steps:
            if step.save and step.save not in used:
                message = f"${step.save} is saved but never used"
                yield self._error(message, "steps", step.number - 1, "save")

    def _check_rows(self) -> Iterator[AuthoringError]:
        members = {
            reference.split(".")[1]
            for reference in references(self._written())
            if reference.startswith("each.")
        }
        if members and not self.scenario.rows:
            yield self._error("$each is used, but there is no each", "steps")
        for row, values in self.scenario.rows.items():
            for name in sorted(members - {"name", *values}):
                yield self._error(f"row {row}: expected a value for {name}", "each", row)

    def _check_step(self, step: Step) -> Iterator[AuthoringError]:
        path = ("steps", step.number - 1)
        known = (*self.language.verbs, PLAY)
        verbs = [name for name in self.document.value["steps"][step.number - 1] if name in known]
        if len(verbs) != 1:
            saw = " and ".join(verbs) or "none"
            yield self._error(f"expected one verb of {', '.join(known)}, saw {saw}", *path)
            return
        if step.verb == "use":
            yield from self._check_block(step, *path, "use")
        for change in self._values(step.arguments.get("change")):
            yield from self._check_known(
                "change", change, self.language.changes, *path, step.verb, "change"
            )
        for flaw in self._values(_badge(step).get("flaw")):
            place = (*path, step.verb, BADGES[step.verb], "flaw")
            yield from self._check_known("flaw", flaw, self.language.flaws, *place)
            yield from self._check_flaw(flaw, _badge(step), *place)
        for variant in self._values(_badge(step).get("variant")):
            place = (*path, step.verb, BADGES[step.verb], "variant")
            yield from self._check_known("variant", variant, self.language.variants, *place)
        for expectation in step.expect:
            yield from self._check_expectation(
                expectation, *path, "expect", expectation.requirement
            )

    def _check_block(self, step: Step, *path: str | int) -> Iterator[AuthoringError]:
        block = step.arguments["block"]
        if not isinstance(block, Block):
            yield from self._check_known(
                "block", block, known_blocks(self.document.file, self.language), *path, "block"
            )
            return
        given = step.arguments.get("with", {})
        for name in sorted(set(block.inputs) - set(given)):
            yield self._error(f"block {block.id}: expected a value for {name}", *path)
        for name in sorted(set(given) - set(block.inputs)):
            advice = did_you_mean(name, block.inputs)
            yield self._error(
                f"block {block.id} has no input {name!r}{advice}", *path, "with", name
            )

    def _check_flaw(
        self, name: str, badge: Mapping[str, Any], *path: str | int
    ) -> Iterator[AuthoringError]:
        """A badge that cannot have its flaw stays valid, so a correct target would fail."""
        flaw = self.language.flaws.get(name)
        if flaw is None:
            return
        signed, version = (
            badge.get("signed", badge.get("jwt", False)),
            badge.get("version", self.language.usual_version),
        )
        if isinstance(signed, bool) and not (flaw.signed if signed else flaw.hosted):
            kind = "signed" if signed else "hosted"
            yield self._error(f"a {kind} badge cannot have the flaw {name}", *path)
        if not version.startswith("$") and version not in flaw.versions:
            yield self._error(f"a badge of {version} cannot have the flaw {name}", *path)

    def _values(self, written: str | None) -> list[str]:
        """A name as it is written, or its values for all rows."""
        if written is None:
            return []
        used = list(references(written))
        if not used or not all(name.startswith("each.") for name in used):
            return [written]
        rows = ({"name": row, **values} for row, values in self.scenario.rows.items())
        return [_in_row(written, row) for row in rows]

    def _check_expectation(
        self, expectation: Expectation, *path: str | int
    ) -> Iterator[AuthoringError]:
        yield from self._check_known("requirement", expectation.requirement, requirements(), *path)
        if not set(expectation.terms) & set(TERMS):
            yield self._error(
                f"{expectation.requirement}: expected a term that can fail",
                *path,
            )
        requirement = requirements().get(expectation.requirement)
        if requirement and requirement.role != "backpack":
            yield self._error(
                f"{requirement.id} is a requirement of the role {requirement.role}", *path
            )
        for name in expectation.terms.get("header", ()):
            if name != name.lower():
                yield self._error(
                    f"header: expected {name.lower()!r}, saw {name!r}", *path, "header"
                )
        for name in WITH_SCHEMAS:
            yield from self._check_schemas(name, expectation.terms.get(name), *path)
        if (name := expectation.terms.get("check")) is not None:
            yield from self._check_known("check", name, CHECKS, *path, "check")
        schema = expectation.terms.get("schema")
        if schema is not None:
            yield from self._check_known("schema", schema, all_schemas(), *path, "schema")
        named = [
            ("answer", answer) for answer in [expectation.terms.get("answer")] if answer is not None
        ]
        named += [("exactly", answer) for answer in expectation.terms.get("exactly", ())]
        for term, answer in named:
            yield from self._check_known(
                "answer", answer, answer_names(self.language.answers), *path, term
            )

    def _check_schemas(self, term: str, written: Any, *path: str | int) -> Iterator[AuthoringError]:
        """Check the JSON Schemas of a term: one for ``when``, else one for each member."""
        schemas = {"": written} if term == "when" else written
        for name, schema in schemas.items() if isinstance(schemas, Mapping) else ():
            mistakes = list(wrong_schemas(schema)) or list(unknown_keywords(schema))
            for mistake in mistakes:
                place = (*path, term, *filter(None, [name]), *mistake.path)
                yield self._error(
                    f"{' '.join(filter(None, [term, name]))}: {mistake.message}", *place
                )

    def _check_known(
        self, kind: str, name: str, known: Iterable[str], *path: str | int
    ) -> Iterator[AuthoringError]:
        if name not in known:
            yield self._error(f"no {kind} is called {name!r}{did_you_mean(name, known)}", *path)


def _texts(step: Any) -> set[str]:
    """The texts of a step that cannot be read, any of which may be the name that it saves."""
    texts = step.values() if isinstance(step, Mapping) else ()
    return {text for text in texts if isinstance(text, str)}


BADGES = MappingProxyType({"host": "assertion", "sign": "credential"})
"""From a verb that makes a badge to the argument that describes it."""


def _badge(step: Step) -> Mapping[str, Any]:
    badge = step.arguments.get(BADGES[step.verb]) if step.verb in BADGES else None
    return badge if isinstance(badge, Mapping) else {}


def _in_row(written: str, row: Mapping[str, Any]) -> str:
    """A name with the values of a row filled in; empty when the row lacks one."""
    try:
        return str(resolve(written, {"each": row}))
    except Unresolved:
        return ""
