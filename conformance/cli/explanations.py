"""A requirement with all that is known of it: for the terminal, and as ``docs/requirements.md``."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from attrs import frozen

from conformance.core.catalogue import area_titles, requirements
from conformance.core.documents import read_text, read_yaml
from conformance.core.requirement import Level, Requirement
from conformance.core.resources import shipped_scenarios, shown
from conformance.core.schemas import load as schema
from conformance.core.schemas import profiles

NOTHING = "nothing in this version"
HEARD = "the mock, from what it hears of an issuer"
INTRODUCTION = """\
# Requirements

What a Backpack is tested for, and an issuer. A MUST that fails means that the target does not
conform; a SHOULD that fails is a warning, a MAY is a note. Made by
`backpack-conformance catalogue` from `scenarios/requirements/`; a test keeps it current.
`backpack-conformance explain ID` prints the same for one requirement.
"""
TABLE_HEAD = """
| area | about | MUST | SHOULD | MAY |
|---|---|---|---|---|
"""


@frozen
class Proof:
    """A scenario that tests a requirement."""

    id: str
    title: str
    file: str


@frozen
class Known:
    """What is known of one requirement."""

    requirement: Requirement
    scenarios: tuple[Proof, ...]
    """Those that test it."""
    defects: Mapping[str, str]
    """The defects of the mock that break it, each with what it does."""
    faults: Mapping[str, str]
    """The faults of the mock that put it to the test, each with what it does."""

    def answers(self) -> Iterator[tuple[str, str]]:
        """The named answer in the words of each profile."""
        if self.requirement.answer:
            for profile in profiles():
                yield profile, schema(f"answers/{profile}/{self.requirement.answer}")["title"]

    @property
    def judge(self) -> str:
        """Who judges it when no scenario does; ``""`` when nobody does."""
        return HEARD if self.requirement.role == "issuer" else ""


def known(wanted: Iterable[Requirement]) -> list[Known]:
    """What is known of some requirements."""
    from conformance.target import mock  # noqa: PLC0415 - loads the mock

    requirements = list(wanted)
    proofs = _proofs(frozenset(one.id for one in requirements))
    defects, faults = mock.defects().values(), mock.faults().values()
    return [
        Known(
            requirement=one,
            scenarios=tuple(proof for proof, tested in proofs if one.id in tested),
            defects={d.name: d.does for d in defects if one.id in d.requirements},
            faults={f.name: f.does for f in faults if one.id in f.requirements},
        )
        for one in requirements
    ]


def _proofs(names: frozenset[str]) -> list[tuple[Proof, frozenset[str]]]:
    """The scenarios that mention one of these requirements, with all that each tests.

    They are read without being checked, which takes a second for all of them.
    """
    proofs = []
    for file in shipped_scenarios():
        text = read_text(file)
        if not any(name in text for name in names):
            continue
        scenario = read_yaml(file).value
        proof = Proof(scenario["id"], scenario["title"], shown(file))
        names_tested = (name for step in scenario["steps"] for name in _tested(step))
        proofs.append((proof, frozenset(names_tested)))
    return proofs


def _tested(step: Mapping[str, Any]) -> list[str]:
    return [*step.get("expect", ()), *step.get("judges", ())]


def as_sections(one: Known) -> Iterator[tuple[str, list[str]]]:
    """Titles with their lines, for a terminal."""
    found = one.requirement
    yield "Statement", [found.statement]
    yield "Source", [found.cited, found.link]
    if found.why:
        yield f"Why it is a {found.level}", [found.why]
    if found.answer:
        yield f"Named answer {found.answer}", [f"{name}: {told}" for name, told in one.answers()]
    if found.excluded:
        yield "Not judged because", [found.excluded]
    proving = [f"{s.id}: {s.title} ({s.file})" for s in one.scenarios]
    yield "Proved by", proving or [one.judge or NOTHING]
    broken = [f"{name}: {does}" for name, does in one.defects.items()]
    if found.role == "backpack":
        yield "Broken by these defects of the mock", broken or [NOTHING]
    if one.faults:
        put = [f"{name}: {does}" for name, does in one.faults.items()]
        yield "Tested with these faults of the mock", put
    yield "How to fix", [found.mend]


def as_markdown() -> str:
    """The page ``docs/requirements.md``."""
    every = known(requirements().values())
    areas = [(name, list(of)) for name, of in groupby(every, lambda one: one.requirement.area)]
    titles = area_titles()
    rows = (_row(name, titles[name], found) for name, found in areas)
    sections = (_area(name, titles[name], found) for name, found in areas)
    return "".join([INTRODUCTION, TABLE_HEAD, *rows, *sections])


def _row(area: str, title: str, found: list[Known]) -> str:
    counts = [sum(1 for one in found if one.requirement.level is level) for level in Level]
    told = " | ".join(str(number or "") for number in counts)
    return f"| [{area}](#{area}) | {title} | {told} |\n"


def _area(area: str, title: str, found: list[Known]) -> str:
    entries = ["\n".join(_entry(one)) for one in found]
    return "\n\n".join([f"\n## {area}", f"{title}.", *entries]) + "\n"


def _entry(one: Known) -> Iterator[str]:
    found = one.requirement
    yield f"### {found.id}\n"
    yield f"**{found.level}** {found.statement}\n"
    yield f"- source: [{found.cited}]({found.link}) ({found.basis})"
    if found.why:
        yield f"- why it is a {found.level}: {found.why}"
    if found.answer:
        yield f"- answer: `{found.answer}`"
        yield from (f"  - {profile}: {told}" for profile, told in one.answers())
    yield f"- how to fix: {found.mend}"
    if found.excluded:
        yield f"- not judged: {found.excluded}"
    else:
        proving = [f"[{s.id}](../{s.file})" for s in one.scenarios]
        yield f"- judged by: {', '.join(proving) or one.judge or NOTHING}"
    if one.defects:
        yield f"- broken by the mock's defects: {_named(one.defects)}"
    if one.faults:
        yield f"- tested with the mock's faults: {_named(one.faults)}"


def _named(troubles: Iterable[str]) -> str:
    return ", ".join(f"[`{name}`](catalogue.md)" for name in troubles)
