"""The command ``catalogue``, and the pages about requirements in ``docs``."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby

import click

from conformance.cli.explain import NOTHING, Explanation, asked_of, explained
from conformance.core.api import areas
from conformance.core.catalogue import area_titles, requirements
from conformance.core.requirement import Level

INTRODUCTION = """\
# Requirements

The requirements for Backpacks and for issuers. A failed MUST means that the target does not
conform; a failed SHOULD is a warning, a failed MAY a note. These pages are generated from
`scenarios/requirements/`. `backpack-conformance explain ID` prints the same for one requirement.
"""
INDEX = "requirements.md"
TABLE_HEAD = """
| area | about | MUST | SHOULD | MAY |
|---|---|---|---|---|
"""


@cache
def pages() -> Mapping[str, str]:
    """All pages in Markdown, by their paths below ``docs``: the index, and a page for each area."""
    every = explained(requirements().values())
    areas = [(name, list(of)) for name, of in groupby(every, lambda each: each.requirement.area)]
    titles = area_titles()
    rows = (_row(name, titles[name], explanations) for name, explanations in areas)
    return {
        INDEX: "".join([INTRODUCTION, TABLE_HEAD, *rows]),
        **{page_of(name): _area(name, titles[name], found) for name, found in areas},
    }


def page_of(area: str) -> str:
    """The path of the page of an area, below ``docs``."""
    return f"requirements/{area}.md"


def _row(area: str, title: str, explanations: list[Explanation]) -> str:
    counts = [
        sum(explanation.requirement.level is level for explanation in explanations)
        for level in Level
    ]
    cells = " | ".join(str(number or "") for number in counts)
    return f"| [{area}]({page_of(area)}) | {title} | {cells} |\n"


def _area(area: str, title: str, explanations: list[Explanation]) -> str:
    entries = ["\n".join(_entry(explanation)) for explanation in explanations]
    return "\n\n".join([f"# {area}", f"{title}.", *entries]) + "\n"


def _entry(explanation: Explanation) -> Iterator[str]:
    requirement = explanation.requirement
    yield f"## {requirement.id}\n"
    yield f"**{requirement.level}** {requirement.statement}\n"
    if len(areas()[requirement.area]) > 1:
        yield f"- asked of: {asked_of(requirement)}"
    yield f"- source: [{requirement.cited}]({requirement.link}) ({requirement.basis})"
    if requirement.why:
        yield f"- why it is a {requirement.level}: {requirement.why}"
    if requirement.answer:
        yield f"- answer: `{requirement.answer}`"
        yield from (f"  - {profile}: {title}" for profile, title in explanation.answers())
    yield f"- how to fix: {requirement.mend}"
    if requirement.excluded:
        yield f"- not judged: {requirement.excluded}"
    else:
        proving = [f"[{s.id}](../../{s.file})" for s in explanation.scenarios]
        yield f"- judged by: {', '.join(proving) or explanation.judge or NOTHING}"
    if explanation.defects:
        yield f"- broken by the mock's defects: {_named(explanation.defects)}"
    if explanation.faults:
        yield f"- tested with the mock's faults: {_named(explanation.faults)}"


def _named(troubles: Iterable[str]) -> str:
    return ", ".join(f"[`{name}`](../catalogue.md)" for name in troubles)


@click.command()
def catalogue() -> None:
    """Print every requirement with all details, in Markdown."""
    click.echo("\n".join(pages().values()), nl=False)
