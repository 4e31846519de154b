"""The command ``catalogue``: the page ``docs/requirements.md``."""

from collections.abc import Iterable, Iterator
from itertools import groupby

import click

from conformance.cli.explain import NOTHING, Explanation, explained
from conformance.core.catalogue import area_titles, requirements
from conformance.core.requirement import Level

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


def as_markdown() -> str:
    """The page ``docs/requirements.md``."""
    every = explained(requirements().values())
    areas = [(name, list(of)) for name, of in groupby(every, lambda each: each.requirement.area)]
    titles = area_titles()
    rows = (_row(name, titles[name], explanations) for name, explanations in areas)
    sections = (_area(name, titles[name], explanations) for name, explanations in areas)
    return "".join([INTRODUCTION, TABLE_HEAD, *rows, *sections])


def _row(area: str, title: str, explanations: list[Explanation]) -> str:
    counts = [
        sum(explanation.requirement.level is level for explanation in explanations)
        for level in Level
    ]
    cells = " | ".join(str(number or "") for number in counts)
    return f"| [{area}](#{area}) | {title} | {cells} |\n"


def _area(area: str, title: str, explanations: list[Explanation]) -> str:
    entries = ["\n".join(_entry(explanation)) for explanation in explanations]
    return "\n\n".join([f"\n## {area}", f"{title}.", *entries]) + "\n"


def _entry(explanation: Explanation) -> Iterator[str]:
    requirement = explanation.requirement
    yield f"### {requirement.id}\n"
    yield f"**{requirement.level}** {requirement.statement}\n"
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
        proving = [f"[{s.id}](../{s.file})" for s in explanation.scenarios]
        yield f"- judged by: {', '.join(proving) or explanation.judge or NOTHING}"
    if explanation.defects:
        yield f"- broken by the mock's defects: {_named(explanation.defects)}"
    if explanation.faults:
        yield f"- tested with the mock's faults: {_named(explanation.faults)}"


def _named(troubles: Iterable[str]) -> str:
    return ", ".join(f"[`{name}`](catalogue.md)" for name in troubles)


@click.command()
def catalogue() -> None:
    """Print docs/requirements.md: every requirement with all details."""
    click.echo(as_markdown(), nl=False)
