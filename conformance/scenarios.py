"""Scenario files: find them, read them, and say what is wrong with them, where."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from conformance.badges.flaws import flaws
from conformance.catalogue import did_you_mean, requirements
from conformance.checks.terms import TERMS
from conformance.documents import Document, Path_, read_yaml
from conformance.drawing import story
from conformance.drawing.strategies import STRATEGIES
from conformance.resources import folder
from conformance.runner.references import BUILT_IN, references
from conformance.runner.steps import PLAY, SELDOM, asked_of_target, badge_of, read_step
from conformance.runner.verbs import CHANGES, VERBS
from conformance.schemas import misfits, schema_names, validator, wrong_schema
from conformance.values.errors import AuthoringError
from conformance.values.scenario import Expectation, Scenario, Step

SUFFIX = ".backpack.yaml"
WITH_SCHEMAS = ("when", "body", "landed", "header")
"""Terms in which JSON Schemas stand."""
ANSWERS = "answers/documented"
"""Every set of answers has the same names."""


def shipped() -> list[Path]:
    """The scenario files of this distribution, in a stable order."""
    return sorted(folder("scenarios").rglob(f"*{SUFFIX}"))


def load(file: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        AuthoringError: with the first thing that is wrong, and where it stands.
    """
    document = read_yaml(file)
    for problem in problems(document):
        raise problem
    return _scenario(document)


def problems(document: Document) -> Iterator[AuthoringError]:
    """Everything that is wrong with a scenario file."""
    found = list(_misfits(document))
    yield from found
    if not found:
        yield from _Checker(document, _scenario(document)).problems()


def _misfits(document: Document) -> Iterator[AuthoringError]:
    for wrong in misfits(validator("scenario"), document.value):
        advice = ""
        if wrong.unknown_key is not None:
            advice = did_you_mean(wrong.unknown_key, wrong.known_keys)
        yield AuthoringError(f"{wrong}{advice}", document.place(wrong.path))


def _scenario(document: Document) -> Scenario:
    value = document.value
    each = value.get("each", {})
    return Scenario(
        id=value["id"],
        title=value["title"],
        story=value.get("story", ""),
        place=document.place(),
        steps=tuple(
            _step(document, number, step) for number, step in enumerate(value["steps"], start=1)
        ),
        needs=frozenset(value.get("needs", ())),
        rows=each if isinstance(each, Mapping) else {name: {} for name in each},
        for_all=value.get("for_all", {}),
        examples=value.get("examples", {}),
    )


def _step(document: Document, number: int, step: Mapping[str, Any]) -> Step:
    path: Path_ = ("steps", number - 1)
    return read_step(number, step, lambda *below: document.place((*path, *below)))


@frozen
class _Checker:
    """The rules that a JSON Schema cannot say."""

    document: Document
    scenario: Scenario

    def problems(self) -> Iterator[AuthoringError]:
        yield from self._of_the_whole()
        yield from self._of_needs()
        yield from self._of_plays()
        yield from self._of_variables()
        for step in self.scenario.steps:
            yield from self._of_step(step)

    def _at(self, message: str, *path: str | int) -> AuthoringError:
        return AuthoringError(message, self.document.place(path))

    def _of_the_whole(self) -> Iterator[AuthoringError]:
        named = self.document.file.name.removesuffix(SUFFIX)
        if self.scenario.id != named:
            message = f"id: expected {named!r} as the file is named, saw {self.scenario.id!r}"
            yield self._at(message, "id")
        if not self.scenario.requirements:
            yield self._at("expected at least one expectation: this proves nothing", "steps")
        if bool(self.scenario.for_all) != bool(self.scenario.examples):
            yield self._at("for_all and examples: expected both or none", "for_all")
        for name, entry in self.scenario.for_all.items():
            yield from self._known(
                "strategy", entry["strategy"], STRATEGIES, "for_all", name, "strategy"
            )
            yield from self._of_strategy(name, entry)

    def _of_strategy(self, name: str, entry: Mapping[str, Any]) -> Iterator[AuthoringError]:
        strategy = STRATEGIES.get(entry["strategy"])
        parameters = {key: value for key, value in entry.items() if key != "strategy"}
        try:
            if strategy is not None:
                strategy(**parameters)
        except (TypeError, ValueError) as error:
            yield self._at(f"{entry['strategy']}: {error}", "for_all", name)

    def _of_needs(self) -> Iterator[AuthoringError]:
        used = asked_of_target(self.scenario.steps)
        used |= {name for _, drawn in self._plays() for name in story.asked(**drawn)}
        for name in sorted(used - self.scenario.needs):
            yield self._at(f"needs: expected {name!r} among them, a step asks for it", "needs")
        for name in sorted((self.scenario.needs & SELDOM) - used):
            yield self._at(f"needs: no step asks for {name!r}", "needs")

    def _plays(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Numbers of the steps that stand for drawn ones, with the parameters of what draws."""
        for step in self.scenario.steps:
            if step.verb == PLAY:
                [name] = references(step.arguments)
                entry = dict(self.scenario.for_all.get(name, {}))
                if entry.pop("strategy", "") == "story":
                    yield step.number, entry

    def _of_plays(self) -> Iterator[AuthoringError]:
        played = dict(self._plays())
        for step in self.scenario.steps:
            path = ("steps", step.number - 1)
            if step.verb == PLAY and step.number not in played:
                yield self._at("play: expected what a strategy called story draws", *path, PLAY)
            wanted = story.judged(**played[step.number]) if step.number in played else ()
            if wanted and set(step.judges) != set(wanted):
                yield self._at(f"judges: expected {', '.join(wanted)}", *path, "judges")
            if step.judges and step.verb != PLAY:
                yield self._at("judges: only a step with play has it", *path, "judges")

    def _of_variables(self) -> Iterator[AuthoringError]:
        known = {*BUILT_IN, *self.scenario.for_all}
        used: set[str] = set()
        for step in self.scenario.steps:
            path = ("steps", step.number - 1)
            asked = {one.split(".")[0] for one in references(step.arguments)}
            yield from self._unknown(asked - known, known, *path)
            known |= {step.save} if step.save else set()
            judged = {one.split(".")[0] for e in step.expect for one in references(e.terms)}
            yield from self._unknown(judged - known, known, *path, "expect")
            used |= asked | judged
        yield from self._of_rows()
        yield from self._unused(used)

    def _unknown(
        self, names: set[str], known: set[str], *path: str | int
    ) -> Iterator[AuthoringError]:
        for name in sorted(names):
            advice = did_you_mean(name, known)
            yield self._at(f"${name} is saved by no step before this{advice}", *path)

    def _unused(self, used: set[str]) -> Iterator[AuthoringError]:
        for name in sorted(set(self.scenario.for_all) - used):
            yield self._at(f"${name} is drawn but never used", "for_all", name)
        if self.scenario.rows and "each" not in used:
            yield self._at("$each is never used: all rows are the same", "each")
        for step in self.scenario.steps:
            if step.save and step.save not in used:
                message = f"${step.save} is saved but never used"
                yield self._at(message, "steps", step.number - 1, "save")

    def _of_rows(self) -> Iterator[AuthoringError]:
        wanted = {
            one.split(".")[1]
            for step in self.scenario.steps
            for part in (step.arguments, *(e.terms for e in step.expect))
            for one in references(part)
            if one.startswith("each.")
        }
        if wanted and not self.scenario.rows:
            yield self._at("$each is used, but there is no each", "steps")
        for row, values in self.scenario.rows.items():
            for name in sorted(wanted - {"name", *values}):
                yield self._at(f"row {row}: expected a value for {name}", "each", row)

    def _of_step(self, step: Step) -> Iterator[AuthoringError]:
        path = ("steps", step.number - 1)
        known = (*VERBS, PLAY)
        verbs = [name for name in self.document.value["steps"][step.number - 1] if name in known]
        if len(verbs) != 1:
            saw = " and ".join(verbs) or "none"
            yield self._at(f"expected one verb of {', '.join(known)}, saw {saw}", *path)
            return
        for change in self._values(step.arguments.get("change")):
            yield from self._known("change", change, CHANGES, *path, step.verb, "change")
        for flaw in self._values(badge_of(step).get("flaw")):
            place = (*path, step.verb, "assertion", "flaw")
            yield from self._known("flaw", flaw, flaws(), *place)
            yield from self._of_flaw(flaw, badge_of(step), *place)
        for expectation in step.expect:
            yield from self._of_expectation(expectation, *path, "expect", expectation.requirement)

    def _of_flaw(
        self, name: str, badge: Mapping[str, Any], *path: str | int
    ) -> Iterator[AuthoringError]:
        """A badge that cannot have its flaw stays sound, and a right target would be accused."""
        flaw = flaws().get(name)
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
        if written is None or not written.startswith("$each."):
            return [] if written is None else [written]
        member = written.removeprefix("$each.")
        return [
            str({"name": row, **values}.get(member, ""))
            for row, values in self.scenario.rows.items()
        ]

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
        wanted = expectation.terms.get("schema")
        if wanted is not None and not (folder("schemas") / f"{wanted}.json").is_file():
            yield self._at(f"no schema is called {wanted!r}", *path, "schema")
        named = [("answer", one) for one in [expectation.terms.get("answer")] if one is not None]
        named += [("exactly", one) for one in expectation.terms.get("exactly", ())]
        for term, answer in named:
            yield from self._known("answer", answer, schema_names(ANSWERS), *path, term)

    def _of_schemas(self, term: str, written: Any, *path: str | int) -> Iterator[AuthoringError]:
        """The JSON Schemas of a term: one for ``when``, one for each member of the others."""
        schemas = {"": written} if term == "when" else written
        for name, schema in schemas.items() if isinstance(schemas, Mapping) else ():
            wrong = wrong_schema(schema) if isinstance(schema, Mapping) else ""
            if wrong:
                yield self._at(f"{term} {name}: {wrong}", *path, term, *filter(None, [name]))

    def _known(
        self, kind: str, name: str, known: Iterable[str], *path: str | int
    ) -> Iterator[AuthoringError]:
        if name not in known:
            yield self._at(f"no {kind} is called {name!r}{did_you_mean(name, known)}", *path)
