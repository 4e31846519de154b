"""What a command prints when a run has ended: failures, what was not judged, the verdict."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conformance.core.requirement import Level
from conformance.core.terminal import counted, line, say
from conformance.core.verdict import Judgement, Outcome, RunVerdict
from conformance.record.model import Record, Section
from conformance.report.baseline import KnownFailure
from conformance.report.standing import BaselineEntry, Standing, settled
from conformance.report.summary import RunSummary, Summary, profiles_of
from conformance.report.text import FOLDED, LABEL_WIDTH, rows
from conformance.report.views import unwritten_lines
from conformance.report.wording import WORDINGS

MOST_ALIKE = 8
"""So many requirements that were not judged for the same reason are named one by one."""
BASELINE = {
    Standing.KNOWN: "Known failures (baseline)",
    Standing.STALE: "Baseline entries that pass now; remove them",
    Standing.EXPIRED: "Baseline entries that have expired and no longer count",
}
"""Titles of the entries, by what has become of them."""
MOST_SHOWN = 160
"""Characters of what came back that a warning shows."""
TO_PASTE = (
    "Names in « » replace secrets; `backpack-conformance reproduce {0}` prints a curl command "
    "that works."
)
COLOURS = {
    RunVerdict.CONFORMS: "green",
    RunVerdict.DOES_NOT_CONFORM: "red",
    RunVerdict.INCOMPLETE: "yellow",
    RunVerdict.COULD_NOT_TELL: "yellow",
}


def conclude(record: Record, summary: RunSummary) -> None:
    """Print the end of a run: for each API what failed and what was not judged, the verdicts."""
    for part in summary.parts:
        if len(summary.parts) > 1 and _has_news(part):
            say(f"\n{part.section.api.title}", colour="cyan")
        _conclude(part)
    say()
    for part in summary.parts:
        title = f"{part.section.api.title}: " if len(summary.parts) > 1 else ""
        say(line(f"{title}{part.sentence}"), colour=COLOURS[part.verdict])
    if record.role == "backpack":
        say(line(f"Profile: {profiles_of(record)}"))
        failed = summary.of(Level.MUST, Outcome.FAILED)
        if record.is_publishable and failed:
            say(line(TO_PASTE.format(failed[0].requirement.id)))


def _has_news(summary: Summary) -> bool:
    """Whether there is anything to report but success."""
    is_well = summary.verdict is RunVerdict.CONFORMS and not settled(summary.section).entries
    return not is_well or bool(summary.of(Level.SHOULD, Outcome.FAILED))


def _conclude(summary: Summary) -> None:
    section = summary.section
    known = settled(section)
    for judgement in summary.of(Level.MUST, Outcome.FAILED):
        if not known.covers(judgement):
            say()
            _print_failure(section, judgement)
    for standing, title in BASELINE.items():
        _print_entries(title, known.of(standing))
    if section.ended == "finished":
        _print_warnings(section, summary.of(Level.SHOULD, Outcome.FAILED))
        for title, judgements in (
            ("Inconclusive MUST requirements", summary.of(Level.MUST, Outcome.CANT_TELL)),
            ("Untested MUST requirements", summary.of(Level.MUST, Outcome.UNTESTED)),
            *_binding_shoulds(summary),
        ):
            _print_unjudged(title, judgements)
    if section.preflight:
        say("\nThe run could not start:", colour="yellow")
        say(line(f"  tried      {section.preflight['tried']}", "", " " * 13))
        say(line(f"  result     {section.preflight['came_back']}", "", " " * 13))
        say(line(f"  advice     {section.preflight['advice']}", "", " " * 13))
        say(line(f"  API        {section.api.name}, {section.found}", "", " " * 13))


def _binding_shoulds(summary: Summary) -> Iterator[tuple[str, Sequence[Judgement]]]:
    """What of a SHOULD was not judged: with --strict it is missing for the verdict."""
    if summary.section.is_strict:
        for outcome, word in (
            (Outcome.CANT_TELL, "Inconclusive"),
            (Outcome.UNTESTED, "Untested"),
        ):
            yield f"{word} SHOULD requirements (--strict)", summary.of(Level.SHOULD, outcome)


def report_unwritten(folder: Path, unwritten: Mapping[str, OSError]) -> None:
    """Name the files of a run that could not be written."""
    for text in unwritten_lines(folder, unwritten):
        say(text, colour="red", error=True)


def _print_failure(section: Section, judgement: Judgement) -> None:
    """The first finding that shows it, and in how many rows there are others."""
    requirement = judgement.requirement
    accusing = list(section.accusing(requirement.id))
    scenario, finding = accusing[0]
    say(line(f"{requirement.id} {requirement.level}  {requirement.statement}", "", "  "))
    hanging = " " * (LABEL_WIDTH + 4)
    more = f" and {counted(len(accusing) - 1, 'more row')}" if len(accusing) > 1 else ""
    for label, text in rows(scenario, requirement, finding):
        row = f"  {label:<{LABEL_WIDTH}}  {text}{more if label == 'in' else ''}"
        say(line(row, "", hanging) if label in FOLDED else row)


def _print_warnings(section: Section, judgements: Sequence[Judgement]) -> None:
    """Each with the first mismatch, and how often it was seen."""
    if judgements:
        say("\nWarnings (SHOULD requirements that failed):")
    for judgement in judgements:
        requirement = judgement.requirement
        say(line(f"{requirement.id}  {requirement.statement}", "  ", "    "))
        findings = [finding for _, finding in section.accusing(requirement.id)]
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        label = WORDINGS[section.role].came_back
        say(line(f"{label}: {short(findings[0].came_back)}{more}", "    ", "      "))


def short(text: str) -> str:
    """A text in two lines of a terminal at most."""
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _print_unjudged(title: str, judgements: Sequence[Judgement]) -> None:
    """A line for each requirement; where many have the same reason, those are counted."""
    if judgements:
        say(f"\n{title}:")
    reasons = Counter(judgement.reason for judgement in judgements)
    counted = {reason for reason, number in reasons.items() if number > MOST_ALIKE}
    for judgement in judgements:
        if judgement.reason not in counted:
            sentence = judgement.requirement.statement.removesuffix(".")
            say(line(f"{judgement.requirement.id}  {sentence}: {judgement.reason}", "  ", "    "))
    for reason in counted:
        say(line(f"{reasons[reason]} more: {reason}; the report lists them", "  ", "    "))


def _print_entries(title: str, entries: Sequence[BaselineEntry]) -> None:
    if entries:
        say(f"\n{title}:")
    for entry in entries:
        say(line(_entry(entry.known), "  ", "    "))


def _entry(known: KnownFailure) -> str:
    """An entry of the baseline in a line."""
    scenario = f" in {known.scenario}" if known.scenario else ""
    ticket = f" ({known.ticket})" if known.ticket else ""
    return f"{known.requirement}{scenario}: {known.reason}{ticket}"
