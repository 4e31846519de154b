"""The judgement of a step's result: whether terms hold, and the finding that says so."""

from collections.abc import Mapping
from typing import Any

from conformance.core.verdict import Finding, Outcome
from conformance.engine.state import State
from conformance.engine.step_result import StepResult
from conformance.scenario.expectations.evidence import ResponseEvidence, TermResult, violated
from conformance.scenario.expectations.terms import judge

CRASH = 500
"""The status of a program that did not expect an error."""


def judge_result(
    state: State, result: StepResult, terms: Mapping[str, Any]
) -> tuple[TermResult, str] | None:
    """A judgement and the answer in a line; ``None`` when its situation did not come about."""
    if result.response is None:
        missing = violated("a response", result.trouble)
        return None if "when" in terms else (missing, result.trouble)
    answers = f"{state.session.api.language.answers}/{state.session.options.answers}"
    evidence = _evidence(result, result.response, answers)
    term_result = judge(evidence, terms)
    return None if term_result is None else (term_result, evidence.summary())


def _evidence(result: StepResult, response: Mapping[str, Any], answers: str) -> ResponseEvidence:
    if result.exchange is None or result.exchange.answer is None:
        return ResponseEvidence(response, answers=answers)
    body, seconds = result.exchange.answer.body, result.exchange.seconds
    return ResponseEvidence(response, body, seconds, answers)


def finding_of(
    requirement: str, result: StepResult, term_result: TermResult, summary: str
) -> Finding:
    """The finding of a judgement; who knows the step adds where it was."""
    holds = term_result.holds
    return Finding(
        requirement=requirement,
        outcome=Outcome.PASSED if holds else Outcome.FAILED,
        expected=term_result.expected,
        came_back=summary if holds else _mismatch(result, term_result, summary),
        exchange=result.exchange.number if result.exchange else None,
        reading=term_result.reading,
        places=term_result.places,
    )


def _mismatch(result: StepResult, term_result: TermResult, summary: str) -> str:
    """What did not match, then the answer as a whole, then what else explains it."""
    parts = [summary]
    if term_result.came_back and term_result.came_back not in summary:
        parts = [f"{term_result.came_back} (answer: {summary})"]
    if result.response and result.response["status"] == CRASH:
        parts = [f"it crashed: {summary}"]
    pushed = f"pushed a flawed badge: {result.flaw}" if result.flaw else ""
    return "; ".join(filter(None, [*parts, pushed, result.visits]))
