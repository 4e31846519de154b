"""Run one scenario: its steps in order, and a finding for every expectation."""

import traceback
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from attrs import evolve, field, frozen

from conformance.core.errors import HarnessError, Limited, NotOffered, NotProvoked, PreflightError
from conformance.core.exchange import Exchange
from conformance.core.redaction.secrets import Secrets
from conformance.core.verdict import Finding, Outcome
from conformance.engine.judgement import finding_of, judge_result
from conformance.engine.session import Session
from conformance.engine.shared_steps import SharedSteps, shared_keys
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult
from conformance.scenario.model import HOLD, Scenario, Step
from conformance.scenario.references import Unresolved, resolve
from conformance.scenario.steps import played


@frozen
class ScenarioResult:
    """The result of running one scenario."""

    scenario: Scenario
    findings: tuple[Finding, ...]
    exchanges: tuple[Exchange, ...] = ()
    secrets: Secrets = field(factory=Secrets)
    drawn: Mapping[str, Any] = field(factory=dict)
    """The example that was run, of a scenario with ``for_all``."""
    examples: int = 0
    """How many examples were tried."""
    trouble: str = ""
    """The traceback, when the suite itself failed."""

    @property
    def failed(self) -> frozenset[str]:
        """The requirements that failed."""
        return frozenset(f.requirement for f in self.findings if f.outcome is Outcome.FAILED)


EXPECTED = (StepFailed, HarnessError, NotProvoked, PreflightError, Unresolved)
"""What may stop a scenario; any other exception is a bug of the suite."""


async def run_scenario(
    session: Session, scenario: Scenario, drawn: Mapping[str, Any], shared_steps: SharedSteps
) -> ScenarioResult:
    """Run a scenario once, with the values of its row and of one example.

    The first steps that the scenarios before it have already done are not repeated. If anything
    unusual happens then, it runs again from its first step, since sharing may be the cause.
    """
    variables = {"each": resolve(scenario.of_row, session.facts()), **drawn}
    steps = played(session.api.language, scenario.steps, drawn)
    keys = shared_keys(scenario, session.api.language) if session.granting.walks else ()
    run = partial(_run_steps, scenario, drawn, steps, Sharing(shared_steps, keys))
    if (earlier := shared_steps.furthest(keys)) is not None:
        done, state = earlier
        result = await run(state.copied(variables), done)
        if _is_usual(result):
            return result
    shared_steps.forget()
    return await run(State.fresh(session, variables))


def _is_usual(result: ScenarioResult) -> bool:
    """Whether all passed, or an answer is missing: the monitor repeats the scenario for that."""
    is_silent = any(exchange.answer is None for exchange in result.exchanges)
    return is_silent or all(finding.outcome is Outcome.PASSED for finding in result.findings)


@frozen
class Sharing:
    """Where the states after the first steps of a scenario are kept."""

    shared_steps: SharedSteps
    keys: tuple[str, ...]
    """Of the steps that others may share."""

    def keep(self, count: int, state: State) -> None:
        """Keep the state after so many steps, if others may share them."""
        if 0 < count <= len(self.keys):
            self.shared_steps.keep(self.keys[:count], state)


async def _run_steps(
    scenario: Scenario,
    drawn: Mapping[str, Any],
    steps: tuple[Step, ...],
    sharing: Sharing,
    state: State,
    done: int = 0,
) -> ScenarioResult:
    """Run the steps from a state on, which is that after so many of them."""
    findings: list[Finding] = []
    trouble = ""
    for position, step in enumerate(steps[done:], done):
        if position > done:
            sharing.keep(position, state)
        if not is_due(step, state):
            continue
        sent_before = len(state.wire.exchanges)
        try:
            result = await do_step(state, step)
            judged = list(_judged(state, step, result))
            findings += judged
        except Exception as error:  # noqa: BLE001 - the runner's outermost edge
            if not isinstance(error, EXPECTED):
                trouble = "".join(traceback.format_exception(error))
            findings += _inconclusive(steps[position:], step, error)
            break
        finally:
            _number(state.wire.exchanges, sent_before, step.number)
        if reason := _unmet(step, result, judged):
            failure = StepFailed(reason, result.exchange)
            findings += _inconclusive(steps[position + 1 :], step, failure)
            break
    exchanges = tuple(state.wire.exchanges)
    return ScenarioResult(
        scenario, tuple(findings), exchanges, state.secrets, drawn, trouble=trouble
    )


def _unmet(step: Step, result: StepResult, judged: Iterable[Finding]) -> str:
    """Why later steps cannot build on a step; ``""`` when they can."""
    if step.must == HOLD:
        holds = all(finding.outcome is Outcome.PASSED for finding in judged)
        return "" if holds else "what it expects does not hold"
    return result.unmet(step.must)


def _number(exchanges: list[Exchange], start: int, step: int) -> None:
    """Note which step sent the exchanges from an index on."""
    exchanges[start:] = [evolve(exchange, step=step) for exchange in exchanges[start:]]


def is_due(step: Step, state: State) -> bool:
    """Whether a step is done: one with ``given`` only if that has a value."""
    try:
        return step.given is None or bool(resolve(step.given, state.variables))
    except Unresolved:
        return False


async def do_step(state: State, step: Step) -> StepResult:
    """Do what a step says, and keep what it saves.

    Raises:
        StepFailed, Unresolved, HarnessError, NotProvoked, PreflightError: when it cannot be done.
    """
    verb = state.session.api.language.verbs[step.verb]
    result: StepResult = await verb.action(state, resolve(step.arguments, state.variables))
    if step.save:
        state.variables[step.save] = result.saved
    return result


def _judged(state: State, step: Step, result: StepResult) -> Iterator[Finding]:
    for expectation in step.expect:
        only = (evolve(step, expect=(expectation,)),)
        try:
            terms = resolve(expectation.terms, state.variables)
        except Unresolved as error:
            yield from _inconclusive(only, step, error)
            continue
        if result.unjudged:
            yield from _inconclusive(only, step, NotProvoked(result.unjudged))
            continue
        judged = judge_result(state, result, terms)
        if judged is None:
            if "otherwise" in terms and result.response is not None:
                yield from _inconclusive(only, step, NotOffered(terms["otherwise"]))
            continue
        term_result, summary = judged
        if not term_result.holds and _is_too_late(state, step, result, terms):
            late = HarnessError("it took so long that the access token had expired")
            yield from _inconclusive(only, step, late)
            continue
        found = finding_of(expectation.requirement, result, term_result, summary)
        yield evolve(found, step=step.number, line=expectation.place.line)


def _is_too_late(state: State, step: Step, result: StepResult, terms: Mapping[str, Any]) -> bool:
    """Whether a step used a token that had expired, so that refusing it was right."""
    refusals = state.session.api.language.dead_token_answers
    expects_refusal = terms.get("when") == "error" or terms.get("answer") in refusals
    if expects_refusal or not result.refused or result.exchange is None:
        return False
    token = resolve(step.arguments.get("token"), state.variables)
    return state.had_outlived(token, result.exchange.seconds)


def _inconclusive(rest: tuple[Step, ...], at: Step, error: Exception) -> Iterator[Finding]:
    """A finding for every expectation that an error leaves unjudged."""
    exchange = error.exchange if isinstance(error, StepFailed) else None
    outcome, suite_failed = Outcome.CANT_TELL, False
    match error:
        case NotOffered():
            outcome, reason = Outcome.INAPPLICABLE, str(error)
        case NotProvoked():
            outcome, reason = Outcome.UNTESTED, str(error)
        case Limited():
            reason = str(error)
        case PreflightError():  # of an adapter: no requirement failed, and other scenarios go on
            reason = f"{error.tried}: {error.came_back}"
        case Unresolved():
            reason = f"step {at.number} ({at.verb}) was not done: {error}, as no response gave one"
        case StepFailed():
            reason = f"an earlier step failed (step {at.number}, {at.verb}): {error}"
        case _:
            suite_failed = True
            reason = f"the suite failed at step {at.number} ({at.verb}): {error}"
    for step in rest:
        for expectation in step.expect:
            yield Finding(
                requirement=expectation.requirement,
                outcome=outcome,
                reason=reason,
                step=step.number,
                line=expectation.place.line,
                exchange=exchange.number if exchange else None,
                suite_failed=suite_failed,
            )
