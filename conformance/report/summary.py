"""A run in numbers and a sentence."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from conformance.core.plain import json_text
from conformance.core.requirement import Level
from conformance.core.verdict import (
    EXIT_CODES,
    ExitCode,
    Judgement,
    Outcome,
    RunVerdict,
    run_verdict,
    worst_code,
    worst_verdict,
)
from conformance.record.model import Record, Section
from conformance.report.standing import Settled, Standing, settled
from conformance.report.wording import WORDINGS


@frozen
class Summary:
    """What a section of a record comes to."""

    section: Section
    verdict: RunVerdict
    judgements: Sequence[Judgement]
    sentence: str
    exit_code: ExitCode
    """What a command ends with: known failures do not count, and entries out of date do."""

    def of(self, level: Level, *outcomes: Outcome) -> list[Judgement]:
        """The requirements of a level with one of these outcomes."""
        return [
            judgement
            for judgement in self.judgements
            if judgement.requirement.level is level and judgement.outcome in outcomes
        ]


@frozen
class RunSummary:
    """What a record comes to."""

    parts: tuple[Summary, ...]
    """One for each section."""

    @property
    def verdict(self) -> RunVerdict:
        """The worst of the parts."""
        return worst_verdict(part.verdict for part in self.parts)

    @property
    def exit_code(self) -> ExitCode:
        """What a command ends with: the worst of the parts."""
        return worst_code(part.exit_code for part in self.parts)

    @property
    def sentence(self) -> str:
        """The sentence of each part; of several, each after the name of its API."""
        if len(self.parts) == 1:
            return self.parts[0].sentence
        titled = (f"{each.section.api.title}: {each.sentence}" for each in self.parts)
        return " ".join(titled)

    @property
    def judgements(self) -> list[Judgement]:
        """Of all parts."""
        return [judgement for part in self.parts for judgement in part.judgements]

    def of(self, level: Level, *outcomes: Outcome) -> list[Judgement]:
        """The requirements of a level with one of these outcomes."""
        return [judgement for part in self.parts for judgement in part.of(level, *outcomes)]


def summarize(record: Record) -> RunSummary:
    """The verdict of a record, with the numbers behind it."""
    return RunSummary(tuple(map(summarize_section, record.sections)))


def summarize_section(section: Section) -> Summary:
    """The verdict of a section, with the numbers behind it."""
    judgements = section.judgements()
    verdict = section.verdict()
    known = settled(section)
    return Summary(
        section,
        verdict,
        judgements,
        _sentence(section, verdict, judgements, known),
        _exit_code(section, verdict, judgements, known),
    )


def _exit_code(
    section: Section, verdict: RunVerdict, judgements: Sequence[Judgement], known: Settled
) -> ExitCode:
    if verdict is RunVerdict.COULD_NOT_TELL:
        return EXIT_CODES[verdict]
    if known.is_stale:
        return ExitCode.DOES_NOT_CONFORM
    rest = [judgement for judgement in judgements if not known.covers(judgement)]
    if verdict is RunVerdict.DOES_NOT_CONFORM and rest:
        return EXIT_CODES[run_verdict(rest, strict=section.is_strict)]
    return EXIT_CODES[verdict]


def profile_of(section: Section) -> str:
    """By which answers the target was judged, in words."""
    return f"{section.profile} ({section.api.profiles[section.profile]})"


def profiles_of(record: Record) -> str:
    """The same of all sections; of several, each after the name of its API."""
    if len(record.sections) == 1:
        return profile_of(record.sections[0])
    return "; ".join(f"{each.api.title}: {profile_of(each)}" for each in record.sections)


def _sentence(
    section: Section, verdict: RunVerdict, judgements: Sequence[Judgement], known: Settled
) -> str:
    if section.preflight:
        tried, came_back = section.preflight["tried"], section.preflight["came_back"]
        return f"{verdict.in_words.capitalize()}: {tried}: {came_back}."
    counts = Counter((judgement.requirement.level, judgement.outcome) for judgement in judgements)
    inapplicable = counts[Level.MUST, Outcome.INAPPLICABLE]
    musts = (
        sum(1 for judgement in judgements if judgement.requirement.level is Level.MUST)
        - inapplicable
    )
    passed = counts[Level.MUST, Outcome.PASSED]
    failed = counts[Level.MUST, Outcome.FAILED]
    parts = [f"{passed} of {musts} MUST requirements passed"]
    if failed:
        covered = _in_baseline(judgements, known)
        parts = [f"{failed} of {musts} MUST requirements failed{covered}"]
    parts += [
        *_of_should(counts, is_strict=section.is_strict),
        _number_of(counts[Level.MUST, Outcome.CANT_TELL], "inconclusive"),
        _number_of(counts[Level.MUST, Outcome.UNTESTED], "untested"),
        _number_of(inapplicable, "not applicable"),
        _out_of_date(len(known.of(Standing.STALE))),
    ]
    numbers = "; ".join(part for part in parts if part)
    return f"{verdict.in_words.capitalize()}: {_end(section)}{numbers}."


def _of_should(counts: Counter[tuple[Level, Outcome]], *, is_strict: bool) -> list[str]:
    """Warnings; where a SHOULD binds like a MUST, what is missing for the verdict as well."""
    failed = counts[Level.SHOULD, Outcome.FAILED]
    if not is_strict:
        return [_counted(failed, "warning")]
    return [
        _number_of(failed, "SHOULD failed (--strict)"),
        _number_of(counts[Level.SHOULD, Outcome.CANT_TELL], "SHOULD inconclusive (--strict)"),
        _number_of(counts[Level.SHOULD, Outcome.UNTESTED], "SHOULD untested (--strict)"),
    ]


def _in_baseline(judgements: Sequence[Judgement], known: Settled) -> str:
    """How many of the failures stand in the baseline."""
    failed = [
        judgement
        for judgement in judgements
        if judgement.requirement.level is Level.MUST and judgement.outcome is Outcome.FAILED
    ]
    covered = sum(map(known.covers, failed))
    if not covered:
        return ""
    return ", all in the baseline" if covered == len(failed) else f", {covered} in the baseline"


def _out_of_date(number: int) -> str:
    entries = "entry of the baseline passes" if number == 1 else "entries of the baseline pass"
    return f"{number} {entries}, remove {'it' if number == 1 else 'them'}" if number else ""


def _end(section: Section) -> str:
    if section.ended == "interrupted":
        many = WORDINGS[section.role].scenarios.lower()
        return f"the run was interrupted after {len(section.scenarios)} {many}; "
    if section.silence:
        return f"{section.silence}; "
    return "" if section.ended == "finished" else "the run ended early; "


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def _number_of(number: int, what: str) -> str:
    return f"{number} {what}" if number else ""


def to_json(record: Record) -> str:
    """``summary.json``: the verdict and every requirement's outcome, for programs."""
    summary = summarize(record)
    body: dict[str, Any] = {
        **_result(summary),
        "role": record.role,
        "target": record.header["target"],
        "suite": record.header["suite"],
        "seed": record.header["seed"],
        "ended": record.ended,
        "apis": {part.section.api.name: _part(part) for part in summary.parts},
        "requirements": {
            judgement.requirement.id: {
                "level": judgement.requirement.level,
                "outcome": judgement.outcome,
                **({"reason": judgement.reason} if judgement.reason else {}),
            }
            for judgement in record.worst_judgements().values()
        },
        **({"load": record.footer["load"]} if record.footer and "load" in record.footer else {}),
    }
    return json_text(body, indent=2) + "\n"


def _result(summary: RunSummary | Summary) -> dict[str, Any]:
    return {
        "verdict": summary.verdict,
        "exit_code": summary.exit_code,
        "sentence": summary.sentence,
    }


def _part(summary: Summary) -> dict[str, Any]:
    section = summary.section
    return {
        **_result(summary),
        "found": section.found,
        "catalogue": section.catalogue,
        "profile": section.profile,
        "ended": section.ended,
    }
