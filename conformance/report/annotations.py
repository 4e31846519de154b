"""Annotations of a run for GitHub Actions: one workflow command on each line.

Source: GitHub documentation, "Workflow commands for GitHub Actions", setting a notice, warning or
error message.
"""

from collections.abc import Iterator
from pathlib import Path

from conformance.core.plain import readable
from conformance.core.requirement import Level
from conformance.core.verdict import Judgement, Outcome
from conformance.record.model import Record, ScenarioLine, Section
from conformance.report.standing import settled
from conformance.report.summary import summarize
from conformance.report.wording import WORDINGS

COMMANDS = {Level.MUST: "error", Level.SHOULD: "warning", Level.MAY: "notice"}
ENCODED = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
ENCODED_IN_PROPERTY = ENCODED | str.maketrans({":": "%3A", ",": "%2C"})


def to_annotations(record: Record) -> str:
    """An annotation for each failure that is not known, and one for the verdict.

    A MUST comes first, since GitHub shows only ten of a kind. A failure of a scenario file below
    the current folder is shown at its line.
    """
    failed = [found for section in record.sections for found in _unknown_failures(section)]
    failed.sort(key=lambda found: list(Level).index(found[1].requirement.level))
    lines = [_failure(section, judgement) for section, judgement in failed]
    summary = summarize(record)
    verdict = "notice" if summary.exit_code == 0 else "error"
    lines.append(workflow_command(verdict, summary.sentence, title=record.header["target"]))
    return "\n".join(lines) + "\n"


def _unknown_failures(section: Section) -> Iterator[tuple[Section, Judgement]]:
    known = settled(section)
    for judgement in section.judgements():
        if judgement.outcome is Outcome.FAILED and not known.covers(judgement):
            yield section, judgement


def _failure(section: Section, judgement: Judgement) -> str:
    requirement = judgement.requirement
    strict = section.is_strict and requirement.level is Level.SHOULD
    command = "error" if strict else COMMANDS[requirement.level]
    scenario, finding = next(section.accusing(requirement.id))
    message = "\n".join(
        [
            requirement.statement,
            f"expected: {finding.expected}",
            f"{WORDINGS[requirement.role].came_back}: {finding.came_back}",
            f"how to fix: {requirement.mend}",
            f"source: {requirement.link}",
        ]
    )
    title = f"{requirement.id} {requirement.level}"
    return workflow_command(command, message, **dict(_place(scenario)), title=title)


def _place(scenario: ScenarioLine) -> Iterator[tuple[str, str]]:
    """File and line of a scenario, if the file is the user's own."""
    if Path(scenario.file).is_file():
        yield "file", scenario.file
        yield "line", str(scenario.line)


def workflow_command(name: str, message: str, **properties: str) -> str:
    """A workflow command; text of a target can neither end it nor begin another."""
    shown = ",".join(
        f"{key}={str(readable(value)).translate(ENCODED_IN_PROPERTY)}"
        for key, value in properties.items()
    )
    text = "\n".join(str(readable(line)) for line in message.splitlines())
    return f"::{name} {shown}::{text.translate(ENCODED)}"
