"""Findings in plain text, for terminals and test logs."""

from collections.abc import Iterable, Iterator, Mapping

from conformance.core.exchange import Exchange
from conformance.core.plain import one_line
from conformance.core.requirement import Level, Requirement
from conformance.core.verdict import Finding, Outcome
from conformance.record.model import ScenarioLine
from conformance.report.wording import WORDINGS

LABEL_WIDTH = 10
FOLDED = frozenset({"expected", "came back", "saw", "not judged", "how to fix", "trouble"})
"""Labels of prose, which may be folded; commands and messages stay in a line."""
CRASH = 500
"""The status of a program that did not expect an error."""
LONGEST_SHOWN = 600
"""Characters of a body, or of an example, that are shown."""


def failures_of(
    scenario: ScenarioLine, requirements: Mapping[str, Requirement]
) -> Iterator[Finding]:
    """What makes a scenario fail: a MUST that failed, and whatever was inconclusive."""
    for finding in scenario.findings:
        level = requirements[finding.requirement].level
        if finding.outcome is Outcome.CANT_TELL or (
            finding.outcome is Outcome.FAILED and level is Level.MUST
        ):
            yield finding


def warnings_of(
    scenario: ScenarioLine, requirements: Mapping[str, Requirement]
) -> Iterator[Finding]:
    """A SHOULD that failed."""
    for finding in scenario.findings:
        level = requirements[finding.requirement].level
        if finding.outcome is Outcome.FAILED and level is Level.SHOULD:
            yield finding


def findings_text(
    scenario: ScenarioLine, requirements: Mapping[str, Requirement], findings: Iterable[Finding]
) -> str:
    """Findings of one scenario as text; ``""`` when there are none."""
    return "\n\n".join(
        "\n".join(map(one_line, _lines(scenario, requirements[finding.requirement], finding)))
        for finding in findings
    )


def _lines(scenario: ScenarioLine, requirement: Requirement, finding: Finding) -> Iterator[str]:
    yield f"{requirement.id} {requirement.level}  {requirement.statement}"
    for label, text in rows(scenario, requirement, finding):
        yield f"  {label:<{LABEL_WIDTH}}  {text}"


def rows(
    scenario: ScenarioLine, requirement: Requirement, finding: Finding
) -> Iterator[tuple[str, str]]:
    """Labels with texts: the mismatch, how to fix it, and only then the exchange that shows it."""
    if finding.outcome is Outcome.CANT_TELL:
        yield "not judged", finding.reason
    else:
        yield "expected", finding.expected
        yield WORDINGS[requirement.role].came_back, finding.came_back
    exchange = scenario.exchange(finding.exchange)
    if finding.outcome is Outcome.FAILED:
        yield "how to fix", how_to_fix(requirement, exchange)
    yield "source", requirement.cited
    step = f" step {finding.step}" if finding.step else ""
    place = f"{scenario.file}:{finding.line}" if finding.line else scenario.file
    yield "in", f"{place.strip()} [{scenario.name}{step}]"
    if finding.example:
        yield "example", cut(str(dict(finding.example)))
    if finding.alone:
        yield "minimal", f"{finding.alone} is a scenario with only this example"
    if scenario.trouble:
        yield "trouble", scenario.trouble.strip().splitlines()[-1]
    if exchange:
        if requirement.role == "backpack":
            yield "reproduce", exchange.request.curl()
        for position, line in enumerate(wire(exchange)):
            yield "exchange" if position == 0 else "", line


def how_to_fix(requirement: Requirement, exchange: Exchange | None) -> str:
    """What the programmer changes; of a target that crashed, where to look first."""
    crashed = exchange and exchange.answer and exchange.answer.status == CRASH
    if crashed and requirement.role == "backpack":  # to an issuer the mock answers so by intent
        return f"It crashed: see the log of your Backpack for this request. {requirement.mend}"
    return requirement.mend


def wire(exchange: Exchange) -> Iterator[str]:
    """An exchange as it was on the wire, bodies bounded."""
    request, answer = exchange.request, exchange.answer
    yield f"{request.method} {request.url}"
    yield from (f"> {name}: {value}" for name, value in request.headers)
    yield from _body(request.body, ">")
    if answer is None:
        yield f"< no response: {exchange.trouble}"
        return
    yield f"< {answer.status} {answer.reason}".rstrip()
    yield from (f"< {name}: {value}" for name, value in answer.headers)
    yield from _body(answer.body, "<")


def _body(body: bytes, arrow: str) -> Iterator[str]:
    if not body:
        return
    for line in cut(body.decode(errors="replace"), "\n").splitlines():
        yield f"{arrow} {line}"


def cut(text: str, gap: str = " ") -> str:
    """A text, bounded."""
    more = len(text) - LONGEST_SHOWN
    return f"{text[:LONGEST_SHOWN]}{gap}… {more} characters more" if more > 0 else text
