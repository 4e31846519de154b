"""Run one scenario: its steps in order, a finding for every expectation."""

import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, field, frozen

from conformance.core.errors import HarnessError, Limited, NotProvoked, PreflightError
from conformance.core.exchange import Exchange
from conformance.core.redaction.secrets import Secrets
from conformance.core.verdict import OURS, Finding, Outcome
from conformance.engine.done import Done
from conformance.engine.session import Session
from conformance.engine.shared_steps import Beginnings, shared_length
from conformance.engine.state import Broken, State
from conformance.scenario.expectations.evidence import Evidence, Judged, broke
from conformance.scenario.expectations.terms import judge
from conformance.scenario.model import Expectation, Scenario, Step
from conformance.scenario.references import Unresolved, resolve
from conformance.scenario.steps import played


@frozen
class Result:
    """What running a scenario yielded."""

    scenario: Scenario
    findings: tuple[Finding, ...]
    exchanges: tuple[Exchange, ...] = ()
    secrets: Secrets = field(factory=Secrets)
    drawn: Mapping[str, Any] = field(factory=dict)
    """The example that this is, of a scenario with ``for_all``."""
    examples: int = 0
    """How many examples were tried."""
    trouble: str = ""
    """The traceback, when the suite itself failed."""

    @property
    def failed(self) -> frozenset[str]:
        """The requirements that failed."""
        return frozenset(f.requirement for f in self.findings if f.outcome is Outcome.FAILED)


CRASH = 500
"""The status of a program that did not expect an error."""
EXPECTED = (Broken, HarnessError, NotProvoked, PreflightError, Unresolved)
"""What may stop a scenario; anything else is a fault of the suite itself."""


async def run(
    session: Session, scenario: Scenario, drawn: Mapping[str, Any], beginnings: Beginnings
) -> Result:
    """Run a scenario once, with the values of its row and of one example.

    Where another row has done the first steps, they are not done again, unless something unusual
    comes of it: then it may be for that.
    """
    variables = {"each": resolve(scenario.of_row, session.facts()), **drawn}
    steps = played(session.api.language, scenario.steps, drawn)
    shared = shared_length(scenario, session.api.language) if session.granting.walks else 0
    if shared and (earlier := beginnings.of(scenario)) is not None:
        state = earlier.copied(variables)
        result = await _run(state, scenario, drawn, steps[shared:])
        if _is_usual(result):
            return result
        beginnings.forget()
    state = State.fresh(session, variables)
    if not shared:
        return await _run(state, scenario, drawn, steps)
    return await _run(state, scenario, drawn, steps, (beginnings, shared))


def _is_usual(result: Result) -> bool:
    """Whether everything was as it must be, or the target fell silent, which is looked into."""
    is_silent = any(exchange.answer is None for exchange in result.exchanges)
    return is_silent or all(one.outcome is Outcome.PASSED for one in result.findings)


async def _run(
    state: State,
    scenario: Scenario,
    drawn: Mapping[str, Any],
    steps: tuple[Step, ...],
    kept: tuple[Beginnings, int] | None = None,
) -> Result:
    """Run steps from a state on; ``kept``: where to keep what so many first steps came to."""
    findings: list[Finding] = []
    trouble = ""
    for position, step in enumerate(steps):
        if kept is not None and position == kept[1]:
            kept[0].keep(scenario, state)
        if step.given is not None and not _leads_somewhere(step.given, state):
            continue
        sent_before = len(state.wire.exchanges)
        try:
            done = await _do(state, step)
            findings += list(_judged(state, step, done))
        except Exception as error:  # noqa: BLE001 - the runner's outermost edge
            if not isinstance(error, EXPECTED):
                trouble = "".join(traceback.format_exception(error))
            findings += _cannot_tell(steps[position:], step, error)
            break
        finally:
            _number(state.wire.exchanges, sent_before, step.number)
        if why := done.unfit(step.must):
            broken = Broken(why, done.exchange)
            findings += _cannot_tell(steps[position + 1 :], step, broken)
            break
    exchanges = tuple(state.wire.exchanges)
    return Result(scenario, tuple(findings), exchanges, state.secrets, drawn, trouble=trouble)


def _number(exchanges: list[Exchange], start: int, step: int) -> None:
    """Note which step sent the exchanges from an index on."""
    exchanges[start:] = [evolve(exchange, step=step) for exchange in exchanges[start:]]


def _leads_somewhere(reference: str, state: State) -> bool:
    try:
        return bool(resolve(reference, state.variables))
    except Unresolved:
        return False


async def _do(state: State, step: Step) -> Done:
    verb = state.session.api.language.verbs[step.verb]
    done: Done = await verb.action(state, resolve(step.arguments, state.variables))
    if step.save:
        state.variables[step.save] = done.saved
    return done


def _judged(state: State, step: Step, done: Done) -> Iterator[Finding]:
    for expectation in step.expect:
        try:
            terms = resolve(expectation.terms, state.variables)
        except Unresolved as error:
            yield from _cannot_tell((evolve(step, expect=(expectation,)),), step, error)
            continue
        if done.unseen:
            unseen = NotProvoked(done.unseen)
            yield from _cannot_tell((evolve(step, expect=(expectation,)),), step, unseen)
            continue
        found = _judge(state, done, terms)
        if found is None:
            continue
        if not found[0].holds and _is_too_late(state, step, done, terms):
            late = HarnessError("it took so long that the access token had expired")
            yield from _cannot_tell((evolve(step, expect=(expectation,)),), step, late)
            continue
        yield _finding(expectation, step, done, *found)


def _is_too_late(state: State, step: Step, done: Done, terms: Mapping[str, Any]) -> bool:
    """Whether a step used a token that had lived its time, so that refusing it was right."""
    refusals = state.session.api.language.dead_token_answers
    wants_refusal = terms.get("when") == "error" or terms.get("answer") in refusals
    if wants_refusal or not done.refused or done.exchange is None:
        return False
    token = resolve(step.arguments.get("token"), state.variables)
    return state.had_outlived(token, done.exchange.seconds)


def _judge(state: State, done: Done, terms: Mapping[str, Any]) -> tuple[Judged, str] | None:
    """A judgement and the answer in a line; ``None`` when its situation did not come about."""
    if done.response is None:
        missing = broke("an answer", done.trouble)
        return None if "when" in terms else (missing, done.trouble)
    answers = f"{state.session.api.language.answers}/{state.session.options.answers}"
    evidence = _evidence(done, done.response, answers)
    judged = judge(evidence, terms)
    return None if judged is None else (judged, evidence.summary())


def _evidence(done: Done, response: Mapping[str, Any], answers: str) -> Evidence:
    if done.exchange is None or done.exchange.answer is None:
        return Evidence(response, answers=answers)
    return Evidence(response, done.exchange.answer.body, done.exchange.seconds, answers)


def _finding(
    expectation: Expectation, step: Step, done: Done, judged: Judged, summary: str
) -> Finding:
    came_back = summary if judged.holds else _mismatch(done, judged, summary)
    return Finding(
        requirement=expectation.requirement,
        outcome=Outcome.PASSED if judged.holds else Outcome.FAILED,
        expected=judged.expected,
        came_back=came_back,
        step=step.number,
        line=expectation.place.line,
        exchange=done.exchange.number if done.exchange else None,
        reading=judged.reading,
    )


def _mismatch(done: Done, judged: Judged, summary: str) -> str:
    """What did not fit, then the answer as a whole, then what else explains it."""
    parts = [summary]
    if judged.came_back and judged.came_back not in summary:
        parts = [f"{judged.came_back} (answer: {summary})"]
    if done.response and done.response["status"] == CRASH:
        parts = [f"it crashed: {summary}"]
    pushed = f"pushed a flawed badge: {done.flaw}" if done.flaw else ""
    return "; ".join(filter(None, [*parts, pushed, done.visits]))


def _cannot_tell(rest: tuple[Step, ...], at: Step, error: Exception) -> Iterator[Finding]:
    """Nothing more of the scenario can be judged."""
    exchange = error.exchange if isinstance(error, Broken) else None
    outcome, reason = Outcome.CANT_TELL, f"at step {at.number} ({at.verb}): {error}"
    match error:
        case NotProvoked():
            outcome, reason = Outcome.UNTESTED, str(error)
        case Limited():
            reason = str(error)
        case PreflightError():  # of an adapter: nobody's failure, and what else there is goes on
            reason = f"{error.tried}: {error.came_back}"
        case Broken() | Unresolved():
            reason = f"it broke before this {reason}"
        case _:
            reason = f"{OURS} {reason}"
    for step in rest:
        for expectation in step.expect:
            yield Finding(
                requirement=expectation.requirement,
                outcome=outcome,
                reason=reason,
                step=step.number,
                line=expectation.place.line,
                exchange=exchange.number if exchange else None,
            )
