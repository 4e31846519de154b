"""Judge the recorded exchanges again, as far as a record without secrets allows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from attrs import define, field, frozen

from conformance.apis.registry import APIS
from conformance.certificates.replay import Replay
from conformance.certificates.suite import Suite
from conformance.core.exchange import Exchange
from conformance.core.verdict import Finding, Outcome
from conformance.record.model import RECORD, Record, ScenarioLine, Section
from conformance.scenario.expectations.terms import comes_about
from conformance.scenario.model import Expectation, Scenario, Step
from conformance.scenario.references import Unresolved

GENERATED = "were judged on generated examples, of which a record contains at most one"
OBSERVED = "depend on observations outside the exchanges"
WITHHELD = "need a value that the record does not contain, such as a secret or a hosted document"
CUT = "need a body that the record contains only in part"
"""Why findings that passed cannot be judged again."""
MOST_COMPLAINTS = 40
"""Complaints that are shown of one record."""


@frozen
class Recheck:
    """What the exchanges of a record show."""

    complaints: tuple[str, ...]
    """Where an exchange contradicts a finding, or is missing."""
    confirmed: int
    """Passed findings that were judged again from their exchange, and hold."""
    trusted: Mapping[str, int]
    """The number of passed findings taken on trust, by reason."""


@define
class _Count:
    confirmed: int = 0
    trusted: Counter[str] = field(factory=Counter)


def recheck(record: Record, suite: Suite) -> Recheck:
    """Judge each passed finding of the suite's own scenarios again, from its recorded exchange."""
    count = _Count()
    complaints: list[str] = []
    sections = {section.api.name: section for section in record.sections}
    for number, line in enumerate(record.scenarios, start=2):
        scenario = suite.parts[line.api].scenarios.get(line.name)
        if scenario is None:
            continue  # a refusal names it already
        place = f"{RECORD}:{number}: {line.name}"
        complaints += [
            f"{place}: {complaint}"
            for complaint in _of_line(line, scenario, sections[line.api], count)
        ]
    return Recheck(tuple(complaints), count.confirmed, dict(count.trusted))


def _of_line(
    line: ScenarioLine, scenario: Scenario, section: Section, count: _Count
) -> Iterator[str]:
    yield from _numbering(line)
    yield from _elsewhere(line, str(section.header["target"]))
    passed = [finding for finding in line.findings if finding.outcome is Outcome.PASSED]
    if scenario.for_all and passed:
        yield from _of_examples(line)
    answers = f"{APIS[section.api.name].language.answers}/{section.profile}"
    replay = Replay(line, scenario, section.api, answers)
    for finding in passed:
        yield from _of_finding(replay, finding, count)
    if not scenario.for_all:
        yield from _left_out(replay, line)
        yield from _wrongly_inapplicable(replay, line)


def _numbering(line: ScenarioLine) -> Iterator[str]:
    numbers = [exchange.number for exchange in line.exchanges]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"expected exchanges numbered from 1, saw {numbers[:10]}"
    steps = [exchange.step for exchange in line.exchanges]
    if not line.examples and steps != sorted(steps):
        yield "its exchanges are not in the order of their steps"


def _elsewhere(line: ScenarioLine, target: str) -> Iterator[str]:
    """Exchanges with a host that neither is the target nor was named by an answer of it."""
    known = {_origin(target)} - {""}
    if not known:
        return  # the mock and adapters choose their port at each run
    shown = {finding.exchange for finding in line.findings}
    for exchange in line.exchanges:
        origin = _origin(exchange.request.url)
        if exchange.number in shown and origin not in known:
            yield f"exchange {exchange.number} is with {origin}, but the target is {target}"
        if exchange.answer is not None:
            known |= _named_by(exchange)


def _origin(url: str) -> str:
    """Scheme, host and port in lower case; ``""`` when it is no absolute URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""


def _named_by(exchange: Exchange) -> set[str]:
    """Origins that an answer leads to: a redirect, a form, an ``api_root``."""
    answer, landing = exchange.answer, exchange.landing
    if answer is None:
        return set()
    quoted = answer.body.decode(errors="replace").split('"')
    landed = map(str, landing.parameters.values()) if landing else ()
    return {_origin(text) for text in (answer.header("Location") or "", *landed, *quoted)}


def _of_examples(line: ScenarioLine) -> Iterator[str]:
    if line.examples < 1:
        yield "its requirements passed without any example"
    if not line.exchanges:
        yield "its requirements passed without any exchange"


def _of_finding(replay: Replay, finding: Finding, count: _Count) -> Iterator[str]:
    subject = f"step {finding.step}: {finding.requirement} is recorded as passed"
    step = replay.step(finding.step)
    if step is None or replay.has_drawn_steps:
        count.trusted[GENERATED] += 1
        return
    expectation = replay.expectation(step, finding.requirement)
    if expectation is None:
        yield f"{subject}, but the scenario does not judge it there"
        return
    if finding.exchange is None:
        if replay.leaves_exchange(step) and not replay.line.examples:
            yield f"{subject} without an exchange that shows it"
            return
        count.trusted[GENERATED if replay.line.examples else OBSERVED] += 1
        return
    exchange = replay.line.exchange(finding.exchange)
    if exchange is None:
        yield f"{subject}, but there is no exchange {finding.exchange}"
        return
    if wrong := replay.unlike(step, exchange):
        yield f"{subject}, but {wrong}"
        return
    yield from _of_terms(replay, step, expectation, exchange, subject, count)


def _of_terms(
    replay: Replay,
    step: Step,
    expectation: Expectation,
    exchange: Exchange,
    subject: str,
    count: _Count,
) -> Iterator[str]:
    evidence = replay.evidence(step, exchange)
    if evidence is None:
        if replay.leaves_exchange(step):
            yield f"{subject}, but exchange {exchange.number} has no response"
        else:
            count.trusted[OBSERVED] += 1
        return
    open_terms = 0
    for judged in replay.judged(expectation, evidence):
        if judged is None:
            open_terms += 1
        elif not judged.holds:
            if replay.is_cut(exchange):
                count.trusted[CUT] += 1
                return
            saw = judged.came_back or evidence.summary()
            at = f"exchange {exchange.number}"
            yield f"{subject}, but {at} shows {saw}, expected {judged.expected}"
            return
    if open_terms:
        count.trusted[WITHHELD] += 1
    else:
        count.confirmed += 1


def _left_out(replay: Replay, line: ScenarioLine) -> Iterator[str]:
    """Expectations of the scenario that no finding speaks of, although their time came."""
    judged = {(finding.step, finding.requirement) for finding in line.findings}
    open_ = {each.requirement for each in line.findings if each.outcome is not Outcome.PASSED}
    for step in replay.steps:
        if step.given is not None:
            continue  # it is left out where an answer lacks a member
        for expectation in step.expect:
            named = (step.number, expectation.requirement) in judged
            if named or expectation.requirement in open_:
                continue
            if _came_about(replay, step, expectation):
                yield f"step {step.number}: nothing is recorded for {expectation.requirement}"


def _wrongly_inapplicable(replay: Replay, line: ScenarioLine) -> Iterator[str]:
    """Findings that the target left something out, although it did not."""
    for finding in line.findings:
        step = replay.step(finding.step)
        if finding.outcome is not Outcome.INAPPLICABLE or step is None:
            continue
        expectation = replay.expectation(step, finding.requirement)
        if expectation is None or "otherwise" not in expectation.terms:
            continue
        if _came_about(replay, step, expectation):
            yield (
                f"step {step.number}: {finding.requirement} is recorded as inapplicable, "
                "but the answer has what it is about"
            )


def _came_about(replay: Replay, step: Step, expectation: Expectation) -> bool:
    when = expectation.terms.get("when")
    if when is None:
        return True
    exchange = replay.last_exchange(step)
    evidence = replay.evidence(step, exchange) if exchange else None
    try:
        return evidence is not None and comes_about(evidence, replay.resolved(when))
    except Unresolved:
        return False
