"""Findings in plain text, for terminals and test logs."""

from collections.abc import Iterable, Iterator, Mapping

from conformance.record import ScenarioLine
from conformance.report.wording import WORDINGS
from conformance.values.exchange import Exchange
from conformance.values.requirement import Level, Requirement
from conformance.values.verdict import Finding, Outcome

LONGEST_SHOWN = 600
"""Characters of a body, or of an example, that are shown."""


def failures_of(
    scenario: ScenarioLine, requirements: Mapping[str, Requirement]
) -> Iterator[Finding]:
    """What makes a scenario fail: a MUST that failed, and whatever could not be told."""
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


def told(
    scenario: ScenarioLine, requirements: Mapping[str, Requirement], findings: Iterable[Finding]
) -> str:
    """Findings of one scenario as text; ``""`` when there are none."""
    return "\n\n".join(
        "\n".join(_lines(scenario, requirements[one.requirement], one)) for one in findings
    )


def _lines(scenario: ScenarioLine, requirement: Requirement, finding: Finding) -> Iterator[str]:
    yield f"{requirement.id} {requirement.level}  {requirement.statement}"
    yield f"  source     {requirement.cited}"
    if finding.outcome is Outcome.CANT_TELL:
        yield f"  not told   {finding.reason}"
    else:
        yield f"  expected   {finding.expected}"
        yield f"  {WORDINGS[requirement.role].came_back:<9}  {finding.came_back}"
    exchange = scenario.exchange(finding.exchange)
    if exchange:
        for position, line in enumerate(wire(exchange)):
            yield f"  {'exchange' if position == 0 else '':<9}  {line}"
        if requirement.role == "backpack":
            yield f"  again      {exchange.request.curl()}"
    step = f" step {finding.step}" if finding.step else ""
    place = f"{scenario.file}:{finding.line}" if finding.line else scenario.file
    yield f"  in         {place}  [{scenario.name}{step}]"
    if finding.example:
        yield f"  example    {cut(str(dict(finding.example)))}"
    if finding.alone:
        yield f"  alone      {finding.alone} shows it without drawing anything"
    if scenario.trouble:
        yield f"  trouble    {scenario.trouble.strip().splitlines()[-1]}"


def wire(exchange: Exchange) -> Iterator[str]:
    """An exchange as it was on the wire, bodies bounded."""
    request, answer = exchange.request, exchange.answer
    yield f"{request.method} {request.url}"
    yield from (f"> {name}: {value}" for name, value in request.headers)
    yield from _body(request.body, ">")
    if answer is None:
        yield f"< no answer: {exchange.trouble}"
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
