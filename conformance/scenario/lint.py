"""The rules of scenario files that a JSON Schema cannot say."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.core.catalogue import did_you_mean, requirements
from conformance.core.documents import Document, Path_
from conformance.core.errors import AuthoringError
from conformance.core.resources import SCENARIO
from conformance.core.schemas import all_schemas, schema_names
from conformance.scenario.blocks import known_blocks
from conformance.scenario.expectations.named import CHECKS
from conformance.scenario.expectations.terms import TERMS
from conformance.scenario.inline_schemas import wrong_schemas
from conformance.scenario.language import PLAY, Language
from conformance.scenario.model import Block, Expectation, Scenario, Step
from conformance.scenario.references import BUILT_IN, Unresolved, located, references, resolve
from conformance.scenario.saved import wrong_references, wrong_references_of_block
from conformance.scenario.steps import play_of

SUFFIX = SCENARIO
WITH_SCHEMAS = ("when", "body", "landed", "header")
"""Terms in which JSON Schemas stand."""


@frozen
class Linter:
    """What is asked of a scenario, or of a block, that has been read.

    Where something is spoiled, nothing is concluded from what seems to be missing.
    """

    document: Document
    language: Language
    scenario: Scenario
    spoiled: frozenset[Path_] = frozenset()

    def problems(self) -> Iterator[AuthoringError]:
        """Everything that is wrong with the scenario."""
        yield from self._of_the_whole()
        yield from self._of_plays()
        yield from self._of_variables()
        for mistake in wrong_references(self.scenario, self.language.verbs):
            yield self._at(mistake.message, *mistake.path)
        for step in self.scenario.steps:
            if ("steps", step.number - 1) not in self.spoiled:
                yield from self._of_step(step)

    def problems_of_block(self, block: Block) -> Iterator[AuthoringError]:
        """Everything that is wrong with the steps of a block."""
        known = {"in", *BUILT_IN} - {"each"}
        for step in block.steps:
            yield from self._of_step(step)
            yield from self._unknown(step.arguments, known, "steps", step.number - 1, step.verb)
            known |= {step.save} if step.save else set()
        yield from self._unknown(block.outputs, known, "outputs")
        for mistake in wrong_references_of_block(block, self.language.verbs):
            yield self._at(mistake.message, *mistake.path)
        used = set(references([self.document.value["steps"], dict(block.outputs)]))
        yield from self._unsaved({one.split(".")[0] for one in used})
        for name in block.inputs:
            if f"in.{name}" not in used:
                yield self._at(f"$in.{name} is never used", "inputs")

    @property
    def _steps_are_read(self) -> bool:
        return not any(path[0] == "steps" for path in self.spoiled)

    @property
    def _members_are_read(self) -> bool:
        return all(path[0] == "steps" for path in self.spoiled)

    def _at(self, message: str, *path: str | int) -> AuthoringError:
        return AuthoringError(message, self.document.place(path))

    def _of_the_whole(self) -> Iterator[AuthoringError]:
        named = self.document.file.name.removesuffix(SUFFIX)
        if self.scenario.id != named and ("id",) not in self.spoiled:
            message = f"id: expected {named!r} as the file is named, saw {self.scenario.id!r}"
            yield self._at(message, "id")
        if not self.scenario.requirements and self._steps_are_read:
            yield self._at("expected at least one expectation: this proves nothing", "steps")
        paired = bool(self.scenario.for_all) == bool(self.scenario.examples)
        if self._members_are_read and not paired:
            yield self._at("for_all and examples: expected both or none", "for_all")
        for name, entry in self.scenario.for_all.items():
            yield from self._known(
                "strategy", entry["strategy"], self.language.strategies, "for_all", name, "strategy"
            )
            yield from self._of_strategy(name, entry)

    def _of_strategy(self, name: str, entry: Mapping[str, Any]) -> Iterator[AuthoringError]:
        strategy = self.language.strategies.get(entry["strategy"])
        parameters = {key: value for key, value in entry.items() if key != "strategy"}
        try:
            if strategy is not None:
                for row in self.scenario.each():
                    strategy.draw(**resolve(parameters, {"each": row.of_row}))
        except (TypeError, ValueError, Unresolved) as error:
            yield self._at(f"{entry['strategy']}: {error}", "for_all", name)

    def _of_plays(self) -> Iterator[AuthoringError]:
        for step in self.scenario.steps:
            if step.verb == PLAY and play_of(step, self.scenario, self.language) is None:
                message = "play: expected what a strategy called story draws"
                yield self._at(message, "steps", step.number - 1, PLAY)

    def _of_variables(self) -> Iterator[AuthoringError]:
        known = {*BUILT_IN, *self._drawn()}
        for step in self.scenario.steps:
            path = ("steps", step.number - 1)
            if path in self.spoiled:
                known |= _texts(step.arguments[""])
                continue
            yield from self._unknown(step.arguments, known, *path, step.verb)
            known |= {step.save} if step.save else set()
            for one in step.expect:
                yield from self._unknown(one.terms, known, *path, "expect", one.requirement)
        used = {one.split(".")[0] for one in references(self._written())}
        if self._members_are_read:
            yield from self._of_rows()
            yield from self._unused(used)

    def _written(self) -> list[Any]:
        """All that may refer to something."""
        return [self.document.value["steps"], self.document.value.get("for_all")]

    def _drawn(self) -> set[str]:
        """Names of variables that are drawn; where ``for_all`` may be mistyped, of any mapping."""
        if self._members_are_read:
            return set(self.scenario.for_all)
        mappings = (one for one in self.document.value.values() if isinstance(one, Mapping))
        return {name for one in mappings for name in one}

    def _unknown(self, value: Any, known: set[str], *path: str | int) -> Iterator[AuthoringError]:
        for reference, place in located(value, path):
            name = reference.split(".")[0]
            if name not in known:
                advice = did_you_mean(name, known)
                yield self._at(f"${name} is saved by no step before this{advice}", *place)

    def _unused(self, used: set[str]) -> Iterator[AuthoringError]:
        for name in sorted(set(self.scenario.for_all) - used):
            yield self._at(f"${name} is drawn but never used", "for_all", name)
        if self.scenario.rows and "each" not in used:
            yield self._at("$each is never used: all rows are the same", "each")
        yield from self._unsaved(used)

    def _unsaved(self, used: set[str]) -> Iterator[AuthoringError]:
        for step in self.scenario.steps:
            if step.save and step.save not in used:
                message = f"${step.save} is saved but never used"
                yield self._at(message, "steps", step.number - 1, "save")

    def _of_rows(self) -> Iterator[AuthoringError]:
        wanted = {
            one.split(".")[1] for one in references(self._written()) if one.startswith("each.")
        }
        if wanted and not self.scenario.rows:
            yield self._at("$each is used, but there is no each", "steps")
        for row, values in self.scenario.rows.items():
            for name in sorted(wanted - {"name", *values}):
                yield self._at(f"row {row}: expected a value for {name}", "each", row)

    def _of_step(self, step: Step) -> Iterator[AuthoringError]:
        path = ("steps", step.number - 1)
        known = (*self.language.verbs, PLAY)
        verbs = [name for name in self.document.value["steps"][step.number - 1] if name in known]
        if len(verbs) != 1:
            saw = " and ".join(verbs) or "none"
            yield self._at(f"expected one verb of {', '.join(known)}, saw {saw}", *path)
            return
        if step.verb == "use":
            yield from self._of_block(step, *path, "use")
        for change in self._values(step.arguments.get("change")):
            yield from self._known(
                "change", change, self.language.changes, *path, step.verb, "change"
            )
        for flaw in self._values(_badge(step).get("flaw")):
            place = (*path, step.verb, "assertion", "flaw")
            yield from self._known("flaw", flaw, self.language.flaws, *place)
            yield from self._of_flaw(flaw, _badge(step), *place)
        for expectation in step.expect:
            yield from self._of_expectation(expectation, *path, "expect", expectation.requirement)

    def _of_block(self, step: Step, *path: str | int) -> Iterator[AuthoringError]:
        block = step.arguments["block"]
        if not isinstance(block, Block):
            yield from self._known("block", block, known_blocks(self.document.file), *path, "block")
            return
        given = step.arguments.get("with", {})
        for name in sorted(set(block.inputs) - set(given)):
            yield self._at(f"block {block.id}: expected a value for {name}", *path)
        for name in sorted(set(given) - set(block.inputs)):
            advice = did_you_mean(name, block.inputs)
            yield self._at(f"block {block.id} has no input {name!r}{advice}", *path, "with", name)

    def _of_flaw(
        self, name: str, badge: Mapping[str, Any], *path: str | int
    ) -> Iterator[AuthoringError]:
        """A badge that cannot have its flaw stays sound, and a right target would be accused."""
        flaw = self.language.flaws.get(name)
        if flaw is None:
            return
        signed, version = badge.get("signed", False), badge.get("version", "1.0")
        if isinstance(signed, bool) and not (flaw.signed if signed else flaw.hosted):
            kind = "signed" if signed else "hosted"
            yield self._at(f"a {kind} badge cannot have the flaw {name}", *path)
        if not version.startswith("$") and version not in flaw.versions:
            yield self._at(f"a badge of {version} cannot have the flaw {name}", *path)

    def _values(self, written: str | None) -> list[str]:
        """A name as it is written, or all that ``$each`` puts in its place."""
        if written is None:
            return []
        used = list(references(written))
        if not used or not all(name.startswith("each.") for name in used):
            return [written]
        rows = ({"name": row, **values} for row, values in self.scenario.rows.items())
        return [_in_row(written, row) for row in rows]

    def _of_expectation(
        self, expectation: Expectation, *path: str | int
    ) -> Iterator[AuthoringError]:
        yield from self._known("requirement", expectation.requirement, requirements(), *path)
        if not set(expectation.terms) & set(TERMS):
            yield self._at(
                f"{expectation.requirement}: expected a term that judges, anything fits this",
                *path,
            )
        found = requirements().get(expectation.requirement)
        if found and found.role != "backpack":
            yield self._at(f"{found.id} is a requirement of the role {found.role}", *path)
        for name in expectation.terms.get("header", ()):
            if name != name.lower():
                yield self._at(f"header: expected {name.lower()!r}, saw {name!r}", *path, "header")
        for name in WITH_SCHEMAS:
            yield from self._of_schemas(name, expectation.terms.get(name), *path)
        if (name := expectation.terms.get("check")) is not None:
            yield from self._known("check", name, CHECKS, *path, "check")
        wanted = expectation.terms.get("schema")
        if wanted is not None:
            yield from self._known("schema", wanted, all_schemas(), *path, "schema")
        named = [("answer", one) for one in [expectation.terms.get("answer")] if one is not None]
        named += [("exactly", one) for one in expectation.terms.get("exactly", ())]
        for term, answer in named:
            yield from self._known(
                "answer", answer, schema_names(self.language.answers), *path, term
            )

    def _of_schemas(self, term: str, written: Any, *path: str | int) -> Iterator[AuthoringError]:
        """The JSON Schemas of a term: one for ``when``, one for each member of the others."""
        schemas = {"": written} if term == "when" else written
        for name, schema in schemas.items() if isinstance(schemas, Mapping) else ():
            for wrong in wrong_schemas(schema):
                place = (*path, term, *filter(None, [name]), *wrong.path)
                yield self._at(f"{' '.join(filter(None, [term, name]))}: {wrong.message}", *place)

    def _known(
        self, kind: str, name: str, known: Iterable[str], *path: str | int
    ) -> Iterator[AuthoringError]:
        if name not in known:
            yield self._at(f"no {kind} is called {name!r}{did_you_mean(name, known)}", *path)


def _texts(step: Any) -> set[str]:
    """The texts of a step that cannot be read: one may be the name that it saves."""
    texts = step.values() if isinstance(step, Mapping) else ()
    return {one for one in texts if isinstance(one, str)}


def _badge(step: Step) -> Mapping[str, Any]:
    badge = step.arguments.get("assertion") if step.verb == "host" else None
    return badge if isinstance(badge, Mapping) else {}


def _in_row(written: str, row: Mapping[str, Any]) -> str:
    """A name with the values of a row in it; empty when the row lacks one."""
    try:
        return str(resolve(written, {"each": row}))
    except Unresolved:
        return ""
