"""A requirement with all that is known of it: for the terminal, and as ``docs/requirements.md``."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from attrs import frozen

from conformance.catalogue import area_titles, requirements
from conformance.scenarios import load, shipped
from conformance.schemas import load as schema
from conformance.schemas import profiles
from conformance.values.requirement import Level, Requirement
from conformance.values.scenario import Scenario

NOTHING = "nothing in this version"
HEARD = "the mock, from what it hears of an issuer"
INTRODUCTION = """\
# Requirements

What a Backpack is held to, and an issuer. MUST binds, a SHOULD that fails is a warning, a MAY is a
note. Made by `backpack-conformance catalogue` from `scenarios/requirements/`; a test keeps it
current. `backpack-conformance explain ID` tells the same of one requirement.
"""
TABLE_HEAD = """
| area | about | MUST | SHOULD | MAY |
|---|---|---|---|---|
"""


@frozen
class Known:
    """What is known of one requirement."""

    requirement: Requirement
    scenarios: tuple[Scenario, ...]
    """Those that judge it."""
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

    scenarios = list(map(load, shipped()))
    defects, faults = mock.defects().values(), mock.faults().values()
    return [
        Known(
            requirement=one,
            scenarios=tuple(s for s in scenarios if one.id in s.requirements),
            defects={d.name: d.does for d in defects if one.id in d.requirements},
            faults={f.name: f.does for f in faults if one.id in f.requirements},
        )
        for one in wanted
    ]


def as_sections(one: Known) -> Iterator[tuple[str, list[str]]]:
    """Titles with their lines, for a terminal."""
    found = one.requirement
    yield "It says", [found.statement]
    yield "Source", [found.cited, found.link]
    if found.answer:
        yield f"Named answer {found.answer}", [f"{name}: {told}" for name, told in one.answers()]
    if found.excluded:
        yield "Not judged, because", [found.excluded]
    proving = [f"{s.id}: {s.title} ({s.place.file})" for s in one.scenarios]
    yield "Proved by", proving or [one.judge or NOTHING]
    broken = [f"{name}: {does}" for name, does in one.defects.items()]
    if found.role == "backpack":
        yield "Broken by these defects of the mock", broken or [NOTHING]
    if one.faults:
        put = [f"{name}: {does}" for name, does in one.faults.items()]
        yield "Put to the test by these faults of the mock", put
    yield "To mend it", [found.mend]


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
    if found.answer:
        yield f"- answer: `{found.answer}`"
        yield from (f"  - {profile}: {told}" for profile, told in one.answers())
    yield f"- to mend it: {found.mend}"
    if found.excluded:
        yield f"- not judged: {found.excluded}"
    else:
        proving = [f"[{s.id}](../{s.place.file})" for s in one.scenarios]
        yield f"- judged by: {', '.join(proving) or one.judge or NOTHING}"
    if one.defects:
        yield f"- broken by the mock's defects: {_named(one.defects)}"
    if one.faults:
        yield f"- put to the test by the mock's faults: {_named(one.faults)}"


def _named(troubles: Iterable[str]) -> str:
    return ", ".join(f"[`{name}`](catalogue.md)" for name in troubles)
