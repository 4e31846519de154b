"""Run one scenario: its steps in order, a finding for every expectation."""

import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from conformance.checks.evidence import Evidence, Judged
from conformance.checks.terms import judge
from conformance.redaction import Secrets
from conformance.runner.references import Unresolved, resolve
from conformance.runner.state import Broken, State
from conformance.runner.verbs import VERBS, Done
from conformance.session import Session
from conformance.values.errors import HarnessError, NotProvoked
from conformance.values.exchange import Exchange
from conformance.values.scenario import Expectation, Scenario, Step
from conformance.values.verdict import Finding, Outcome


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


async def run(session: Session, scenario: Scenario, drawn: Mapping[str, Any]) -> Result:
    """Run a scenario once, with the values of its row and of one example."""
    row = {"name": scenario.row, **scenario.rows[scenario.row]} if scenario.row else {}
    state = State.fresh(session, {"each": resolve(row, session.facts()), **drawn})
    findings: list[Finding] = []
    trouble = ""
    for position, step in enumerate(scenario.steps):
        try:
            await _do(state, step, findings)
        except (Broken, HarnessError, NotProvoked, Unresolved) as error:
            findings += _cannot_tell(_rest(scenario, position, findings), step, error)
            break
        except Exception as error:  # noqa: BLE001 - the runner's outermost edge
            trouble = "".join(traceback.format_exception(error))
            findings += _cannot_tell(_rest(scenario, position, findings), step, error)
            break
    return Result(
        scenario, tuple(findings), tuple(state.wire.exchanges), state.secrets, drawn, 0, trouble
    )


async def _do(state: State, step: Step, findings: list[Finding]) -> None:
    done = await VERBS[step.verb](state, resolve(step.arguments, state.variables))
    if step.save:
        state.variables[step.save] = done.saved
    findings += _judged(state, step, done)
    if step.must == "refused" and not done.refused:
        raise Broken("it was not refused", done.exchange)
    if step.must == "succeed" and done.trouble:
        raise Broken(done.trouble, done.exchange)


def _rest(scenario: Scenario, position: int, findings: list[Finding]) -> tuple[Step, ...]:
    """The steps from a position on whose expectations have not been judged."""
    judged = any(one.step == scenario.steps[position].number for one in findings)
    return scenario.steps[position + 1 if judged else position :]


def _judged(state: State, step: Step, done: Done) -> Iterator[Finding]:
    number = done.exchange.number if done.exchange else None
    for expectation in step.expect:
        terms = resolve(expectation.terms, state.variables)
        if done.response is None:
            if "when" not in terms:
                judged = Judged(False, "an answer", done.trouble)  # noqa: FBT003
                yield _finding(expectation, step, number, judged, done.trouble)
            continue
        evidence = Evidence(done.response, _raw(done), state.session.options.answers)
        found = judge(evidence, terms)
        if found is not None:
            yield _finding(expectation, step, number, found, evidence.summary())


def _raw(done: Done) -> str:
    if done.exchange is None or done.exchange.answer is None:
        return ""
    answer = done.exchange.answer
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return f"{headers}\n\n{answer.body.decode(errors='replace')}"


def _finding(
    expectation: Expectation, step: Step, number: int | None, judged: Judged, summary: str
) -> Finding:
    came_back = summary
    if not judged.holds and judged.came_back and judged.came_back not in summary:
        came_back = f"{summary} ({judged.came_back})"
    return Finding(
        requirement=expectation.requirement,
        outcome=Outcome.PASSED if judged.holds else Outcome.FAILED,
        expected=judged.expected,
        came_back=came_back,
        step=step.number,
        line=expectation.place.line,
        exchange=number,
        reading=judged.reading,
    )


def _cannot_tell(rest: tuple[Step, ...], at: Step, error: Exception) -> Iterator[Finding]:
    """Nothing more of the scenario can be judged."""
    exchange = error.exchange if isinstance(error, Broken) else None
    outcome, reason = Outcome.CANT_TELL, f"at step {at.number} ({at.verb}): {error}"
    match error:
        case NotProvoked():
            outcome, reason = Outcome.UNTESTED, str(error)
        case Broken() | Unresolved():
            reason = f"it broke before this {reason}"
        case _:
            reason = f"the suite failed {reason}"
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
