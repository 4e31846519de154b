"""``summary.md``: what a CI job shows of a run; nothing of the wire can act as markup in it."""

import re
from collections.abc import Iterator

from conformance.core.plain import readable
from conformance.core.requirement import Level
from conformance.core.verdict import Finding, Judgement, Outcome
from conformance.record.model import Record, Section
from conformance.report.load import load_of
from conformance.report.summary import RunSummary, Summary, profiles_of, summarize

LONGEST_SHOWN = 300
"""Characters of a text of the wire."""
MARKUP = re.compile(r"([\\*_\[\]<>#&~!|@$])")
"""What a reader of Markdown would not take for itself within a sentence."""
SIGNS = {"conforms": "✅", "does not conform": "❌", "incomplete": "⚠️", "could not tell": "❔"}


def to_markdown(record: Record) -> str:
    """The verdict, the failures with whatever mends them, the warnings, what was not judged."""
    return "\n".join(_lines(record, summarize(record))).rstrip() + "\n"


def code(text: str) -> str:
    """A text of the wire as a code span: shown as it is, on one line, never obeyed."""
    line = " ".join(str(readable(text)).split())
    shown = line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest or not shown else f"`{shown}`"


def sentence(text: str) -> str:
    """A sentence of the catalogue: what stands in backticks stays code, all else is plain."""
    parts = str(readable(text)).split("`")
    return "".join(
        code(part) if position % 2 else MARKUP.sub(r"\\\1", part)
        for position, part in enumerate(parts)
    )


def cell(markdown: str) -> str:
    """A piece of Markdown for a table, where a bar would end the cell (GFM, section 4.10)."""
    return markdown.replace("\\|", "|").replace("|", "\\|")


def _lines(record: Record, summary: RunSummary) -> Iterator[str]:
    header, several = record.header, len(summary.parts) > 1
    if several:
        yield f"## {SIGNS[summary.verdict]} {summary.verdict.in_words.capitalize()}"
        yield ""
        yield from (f"- {SIGNS[part.verdict]} {_titled(part)}" for part in summary.parts)
        yield ""
    else:
        yield f"## {SIGNS[summary.verdict]} {_verdict(summary.parts[0])}"
        yield ""
    yield f"Target {code(header['target'])}, profile {profiles_of(record)},"
    yield f"suite {sentence(header['suite'])}, seed {header['seed']}."
    yield f"Reproduce: {code(header['command'])}"
    yield ""
    yield from _load(record)
    for part in summary.parts:
        if several:
            yield f"## {sentence(part.section.api.title)}"
            yield ""
        yield from _part(part)


def _load(record: Record) -> Iterator[str]:
    """The figures of a load run."""
    load = load_of(record)
    if load is None:
        return
    yield "### Load"
    yield ""
    yield f"{sentence(load.setting)}: {sentence(load.throughput)}."
    yield ""
    yield from (f"- ⚠️ {sentence(each)}" for each in filter(None, [*load.growing, load.lost]))
    yield "| endpoint | requests | no response | 50 % | 95 % | 99 % | longest (ms) |"
    yield "|---" * 7 + "|"
    for each in load.members["endpoints"]:
        figures = [str(each[name]) for name in ("requests", "unanswered")]
        figures += [f"{each[name]:g}" for name in ("p50", "p95", "p99", "longest")]
        yield f"| {cell(sentence(each['api'] + ' ' + each['endpoint']))} | {' | '.join(figures)} |"
    yield ""
    for each in load.cut:
        yield f"- {code(each)}"
    yield ""


def _part(summary: Summary) -> Iterator[str]:
    """The part about one API."""
    section = summary.section
    if section.preflight:
        yield f"**What to do:** {sentence(section.preflight['advice'])}"
        yield ""
    yield from _accused(section, "Failures", summary.of(Level.MUST, Outcome.FAILED))
    yield from _accused(section, "Warnings", summary.of(Level.SHOULD, Outcome.FAILED))
    yield from _areas(summary)
    yield from _unjudged(summary)


def _titled(summary: Summary) -> str:
    return f"**{sentence(summary.section.api.title)}** {_verdict(summary)}"


def _verdict(summary: Summary) -> str:
    """The sentence; what a target said to the preflight stands in it as code."""
    preflight = summary.section.preflight
    if not preflight:
        return sentence(summary.sentence)
    trouble = f"{preflight['tried']}: {preflight['came_back']}"
    return f"{summary.verdict.in_words.capitalize()}: {code(trouble)}"


def _accused(section: Section, title: str, judgements: list[Judgement]) -> Iterator[str]:
    if not judgements:
        return
    yield f"### {title}"
    yield ""
    for judgement in judgements:
        _, finding = next(section.accusing(judgement.requirement.id))
        yield from _accusation(judgement, finding)


def _accusation(judgement: Judgement, finding: Finding) -> Iterator[str]:
    requirement = judgement.requirement
    yield f"- **{sentence(requirement.id)}** {requirement.level} {sentence(requirement.statement)}"
    yield f"  - expected {code(finding.expected)}"
    yield f"  - came back {code(finding.came_back)}"
    yield f"  - how to fix: {sentence(requirement.mend)}"
    yield ""


def _areas(summary: Summary) -> Iterator[str]:
    yield f"| area | {' | '.join(Outcome)} |"
    yield "|---" * (len(Outcome) + 1) + "|"
    for area in dict.fromkeys(judgement.requirement.area for judgement in summary.judgements):
        judgements = [
            judgement for judgement in summary.judgements if judgement.requirement.area == area
        ]
        counts = [
            _count([each for each in judgements if each.outcome is outcome]) for outcome in Outcome
        ]
        yield f"| {cell(sentence(area))} | {' | '.join(counts)} |"
    yield ""


def _count(judgements: list[Judgement]) -> str:
    """How many; a MAY that failed stands by itself, since it is no failure of the target."""
    failed = [judgement for judgement in judgements if judgement.outcome is Outcome.FAILED]
    optional = sum(each.requirement.level is Level.MAY for each in failed)
    others = len(judgements) - optional
    parts = [str(others) if others else "", f"{optional} MAY" if optional else ""]
    return ", ".join(part for part in parts if part)


def _unjudged(summary: Summary) -> Iterator[str]:
    unjudged = [each for each in summary.judgements if each.reason]
    if unjudged:
        yield f"<details><summary>Not judged, and why ({len(unjudged)})</summary>"
        yield ""
        for judgement in unjudged:
            requirement = judgement.requirement
            outcome = f"{judgement.outcome}: {code(judgement.reason)}"
            yield f"- {sentence(requirement.id)} {requirement.level} {outcome}"
        yield ""
        yield "</details>"
