"""``conformance.html``: the whole report in one file, without script and without network."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from attrs import frozen
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from conformance.core.exchange import Exchange
from conformance.core.plain import readable
from conformance.core.requirement import Level
from conformance.core.resources import folder
from conformance.core.verdict import Finding, Judgement, Outcome
from conformance.record.model import Record, ScenarioLine, Section
from conformance.report.blame import Blame, blame
from conformance.report.chart import load_chart
from conformance.report.interop import Interop, interop
from conformance.report.load import load_of
from conformance.report.standing import settled
from conformance.report.summary import Summary, profile_of, summarize
from conformance.report.trust import Trust, mutation_score, trust
from conformance.report.wirelog import (
    LONGEST_IN_LOG,
    LONGEST_SHOWN,
    accused_text,
    answer_text,
    request_text,
)
from conformance.report.wording import WORDINGS


@frozen
class Area:
    """The requirements of one area."""

    name: str
    judgements: tuple[Judgement, ...]


@frozen
class ShownFinding:
    """One finding against the target, with what shows it."""

    scenario: ScenarioLine
    finding: Finding
    exchange: Exchange | None
    blame: Blame


@frozen
class FailedRequirement:
    """A requirement that failed, with a finding for each way in which it did."""

    judgement: Judgement
    shown: tuple[ShownFinding, ...]
    more: int
    """How many further findings say the same."""


@frozen
class UnjudgedRequirement:
    """A requirement that was not judged."""

    judgement: Judgement
    blame: Blame | None
    """``None`` where nobody is to blame, or the preflight says it for all."""


@frozen
class Part:
    """The part of the report about one API."""

    summary: Summary
    section: Section
    mark: str
    """Stands before the ids of its parts of the page, of all APIs but the first."""
    profile: str
    areas: Sequence[Area]
    failures: Sequence[FailedRequirement]
    warnings: Sequence[FailedRequirement]
    unjudged: Sequence[UnjudgedRequirement]
    interop: Interop
    trust: Trust | None
    mutants: str
    """The score of the suite against mutants; ``""`` without one."""
    proving: Mapping[str, Sequence[str]]
    """From a requirement to the scenarios that judged it."""
    anchors: Mapping[str, str]
    """From a requirement to the id of its row: its own where no earlier part has it as well."""


def to_html(record: Record) -> str:
    """The whole report."""
    summary, load = summarize(record), load_of(record)
    anchored = set[str]()
    return (
        environment()
        .get_template("conformance.html")
        .render(
            record=record,
            wording=WORDINGS[record.role],
            kind=WORDINGS[record.role].kind.format(api=record.title),
            summary=summary,
            parts=[_part(part, anchored) for part in summary.parts],
            known=settled(record),
            load=load,
            chart=load_chart(load.members["timeline"]) if load else "",
            style=style(),
        )
    )


def _part(summary: Summary, anchored: set[str]) -> Part:
    """A part of the page; the requirements in ``anchored`` have rows in the parts before it."""
    section = summary.section
    mark = f"{anchor(section.api.name)}-" if anchored else ""
    names = [requirement.id for requirement in section.requirements]
    anchors = {name: f"{mark}{name}" if name in anchored else name for name in names}
    anchored.update(names)
    failed = {level: summary.of(level, Outcome.FAILED) for level in Level}
    return Part(
        summary=summary,
        section=section,
        mark=mark,
        profile=profile_of(section),
        areas=list(_areas(summary.judgements)),
        failures=[_failure(section, judgement) for judgement in failed[Level.MUST]],
        warnings=[_failure(section, judgement) for judgement in failed[Level.SHOULD]],
        unjudged=list(_unjudged(section, summary.judgements)),
        interop=interop(section),
        trust=trust(section),
        mutants=mutation_score(section.catalogue),
        proving=_proving(section),
        anchors=anchors,
    )


def style() -> Markup:
    """The style sheet that all pages carry within them."""
    return Markup((folder("reports") / "conformance.css").read_text(encoding="utf-8"))  # noqa: S704 - our own


def _areas(judgements: Any) -> Iterator[Area]:
    for name, grouped in groupby(judgements, key=lambda each: each.requirement.area):
        yield Area(name, tuple(grouped))


def _failure(section: Section, judgement: Judgement) -> FailedRequirement:
    """One accusation for each scenario file, whose rows say the same, or for each situation."""
    accusing = list(section.accusing(judgement.requirement.id))
    shown: dict[tuple[str, int | str], ShownFinding] = {}
    for scenario, finding in accusing:
        key = (scenario.file, finding.line or scenario.name)
        if key not in shown:
            cause = blame(section, judgement.requirement, scenario, finding)
            exchange = scenario.exchange(finding.exchange)
            shown[key] = ShownFinding(scenario, finding, exchange, cause)
    return FailedRequirement(judgement, tuple(shown.values()), len(accusing) - len(shown))


def _unjudged(section: Section, judgements: Sequence[Judgement]) -> Iterator[UnjudgedRequirement]:
    doubts: dict[str, tuple[ScenarioLine, Finding]] = {}
    for scenario in () if section.preflight else section.scenarios:
        for finding in scenario.findings:
            if finding.outcome is Outcome.CANT_TELL:
                doubts.setdefault(finding.requirement, (scenario, finding))
    for judgement in judgements:
        if judgement.outcome not in (Outcome.PASSED, Outcome.FAILED):
            shown = doubts.get(judgement.requirement.id)
            yield UnjudgedRequirement(
                judgement, blame(section, judgement.requirement, *shown) if shown else None
            )


def _proving(section: Section) -> dict[str, list[str]]:
    """From a requirement to the scenarios that judged it."""
    proofs: dict[str, dict[str, None]] = {}
    for scenario in section.scenarios:
        for finding in scenario.findings:
            base = scenario.name.partition("[")[0]
            proofs.setdefault(finding.requirement, {})[base] = None
    return {name: list(scenarios) for name, scenarios in proofs.items()}


def words(text: str) -> Markup:
    """A sentence of the catalogue, with what stands in backticks as code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if position % 2 else part
        for position, part in enumerate(parts)
    )


def command(line: str) -> Markup:
    """A command line whose words stay whole where there is room: no option loses its dashes."""
    parts = (
        Markup('<span class="word">{}</span>').format(readable(word)) for word in line.split(" ")
    )
    return Markup(" ").join(parts)


def moment(written: str) -> str:
    """An ISO 8601 time as one reads it aloud."""
    return written.replace("T", " ", 1).replace("+00:00", " UTC")


def anchor(text: str) -> str:
    """A text as the id of an element."""
    return "".join(char if char.isalnum() else "-" for char in text)


@cache
def environment() -> Environment:
    """The templates of all pages: everything is escaped, and a missing value is an error."""
    environment = Environment(
        loader=FileSystemLoader(folder("reports")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.finalize = readable
    environment.filters["request"] = request_text
    environment.filters["answer"] = answer_text
    environment.filters["accused"] = accused_text
    environment.filters["command"] = command
    environment.filters["moment"] = moment
    environment.globals |= {"longest_shown": LONGEST_SHOWN, "longest_in_log": LONGEST_IN_LOG}
    environment.filters["anchor"] = anchor
    environment.filters["words"] = words
    return environment
