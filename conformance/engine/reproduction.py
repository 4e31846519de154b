"""Do a scenario up to one of its requests, so that somebody else can send that."""

from attrs import define, frozen

from conformance.core.errors import HarnessError
from conformance.core.exchange import Exchange, Request
from conformance.engine.scenario_run import EXPECTED, do_step, is_due
from conformance.engine.session import Session
from conformance.engine.state import State
from conformance.scenario.model import Scenario
from conformance.scenario.references import resolve
from conformance.scenario.steps import played


@frozen
class Spot:
    """Where in a scenario a request was sent."""

    step: int
    """From 1."""
    position: int
    """Among the requests of that step, from 0."""
    method: str

    @classmethod
    def of(cls, exchange: Exchange, exchanges: tuple[Exchange, ...]) -> "Spot":
        """The spot of an exchange among all of its scenario."""
        same_step = [each.number for each in exchanges if each.step == exchange.step]
        return cls(exchange.step, same_step.index(exchange.number), exchange.request.method)


@frozen
class RequestReached(Exception):
    """The request has come, and is not sent."""


@define
class Gate:
    """Keeps the request at a spot back; all before it pass."""

    spot: Spot
    seen: int = 0
    request: Request | None = None

    def __call__(self, request: Request) -> None:
        """Let a request of the step pass.

        Raises:
            RequestReached: when it is the one at the spot.
        """
        self.seen += 1
        if self.seen > self.spot.position:
            self.request = self.request or request
            raise RequestReached


async def request_at(session: Session, scenario: Scenario, spot: Spot) -> Request:
    """Do everything that comes before a request of a scenario, and return the request, unsent.

    Raises:
        HarnessError: when the scenario does not come to it this time.
    """
    state = State.fresh(session, {"each": resolve(scenario.of_row, session.facts())})
    gate = Gate(spot)
    for step in played(session.api.language, scenario.steps, {}):
        if not is_due(step, state):
            continue
        state.wire.gate = gate if step.number == spot.step else None
        try:
            result = await do_step(state, step)
        except RequestReached:
            break
        except EXPECTED as error:
            if gate.request is None:
                raise HarnessError(f"step {step.number} ({step.verb}) failed: {error}") from None
            break
        if gate.request is None and (reason := result.unmet(step.must)):
            raise HarnessError(f"step {step.number} ({step.verb}) failed: {reason}")
    if gate.request is None or gate.request.method != spot.method:
        raise HarnessError(
            f"step {spot.step} did not send this request again; it is sent by a real browser, or "
            "depends on what the target does"
        )
    return gate.request
