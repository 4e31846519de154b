"""A recorded scenario, step by step: the values and the evidence that its exchanges still hold."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field

from conformance.core.api import ApiFacts
from conformance.core.exchange import Exchange
from conformance.record.conversion import LONGEST_BODY
from conformance.record.model import ScenarioLine
from conformance.scenario.expectations.evidence import ResponseEvidence, TermResult
from conformance.scenario.expectations.terms import TERMS
from conformance.scenario.model import Expectation, Scenario, Step
from conformance.scenario.references import Unresolved, resolve

MARK = re.compile("«[^«»]*»")
"""What a record holds in place of a secret."""
SECRET_TERMS = frozenset({"entropy_bits", "hash_of", "no_hash_of", "matches_hosted", "keeps"})
"""Terms that compare more than whether two values are the same."""


@define
class Replay:
    """A line of a record beside the scenario that it is about."""

    line: ScenarioLine
    scenario: Scenario
    api: ApiFacts
    answers: str
    """The folder of named answers: those of the profile of the run."""
    variables: dict[str, Any] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.variables["each"] = dict(_resolvable(self.scenario.of_row))
        if self.line.examples:
            return  # what was drawn is not recorded when everything passed
        for step in self.steps:
            exchange = self.last_exchange(step)
            if step.save and exchange and step.verb in self.api.answered:
                self.variables[step.save] = self._saved(step, exchange)

    def _saved(self, step: Step, exchange: Exchange) -> Mapping[str, Any]:
        if step.verb in self.api.landing:
            landing = exchange.landing
            return revived(dict(landing.parameters)) if landing else {}
        body = exchange.answer.response()["body"] if exchange.answer else None
        return revived(body) if isinstance(body, dict) else {}

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps as they are written in the scenario's file."""
        return self.scenario.steps

    def step(self, number: int) -> Step | None:
        """The step with this number; ``None`` when it is none of the file's."""
        return next((step for step in self.steps if step.number == number), None)

    @property
    def has_drawn_steps(self) -> bool:
        """Whether findings number drawn steps, which the record does not keep."""
        return any(step.judges for step in self.steps)

    def expectation(self, step: Step, requirement: str) -> Expectation | None:
        """What a step expects for a requirement."""
        return next(
            (expectation for expectation in step.expect if expectation.requirement == requirement),
            None,
        )

    def leaves_exchange(self, step: Step) -> bool:
        """Whether nothing can be judged of a step without an exchange."""
        return step.verb in self.api.answered

    def last_exchange(self, step: Step) -> Exchange | None:
        """The exchange that a step ended with."""
        sent = [exchange for exchange in self.line.exchanges if exchange.step == step.number]
        return sent[-1] if sent else None

    def unlike(self, step: Step, exchange: Exchange) -> str:
        """Why an exchange is not one of this step's; ``""`` when it may be."""
        if exchange.step not in (0, step.number):
            return f"exchange {exchange.number} belongs to step {exchange.step}"
        method, path = self.api.requests.get(step.verb, ("", ""))
        request = exchange.request
        sent_to = request.url.partition("?")[0]
        if method and (request.method != method or not sent_to.endswith(path)):
            return f"exchange {exchange.number} is {request.method} {sent_to}, not {method} …{path}"
        return ""

    def evidence(self, step: Step, exchange: Exchange) -> ResponseEvidence | None:
        """What a step is judged on; ``None`` when the record does not hold it."""
        if step.verb == "parallel":
            together = [sent for sent in self.line.exchanges if sent.step == step.number]
            body = [revived(sent.response()) for sent in together]
            at_once = {"status": 200, "headers": {}, "body": body, "landed": None, "at_once": True}
            return ResponseEvidence(at_once, answers=self.answers)
        response = exchange.response() if step.verb in self.api.answered else None
        if response is None or exchange.answer is None:
            return None
        content = revived(exchange.answer.body.decode(errors="surrogateescape"))
        return ResponseEvidence(
            revived(response),
            content.encode(errors="surrogateescape"),
            exchange.seconds,
            self.answers,
        )

    def resolved(self, value: Any) -> Any:
        """A value with its references replaced.

        Raises:
            Unresolved: when the record does not hold one of them.
        """
        return resolve(value, self.variables)

    def judged(
        self, expectation: Expectation, evidence: ResponseEvidence
    ) -> Iterator[TermResult | None]:
        """A judgement for each term; ``None`` for one that needs what the record does not hold."""
        for name, term in TERMS.items():
            if name not in expectation.terms:
                continue
            try:
                expected = self.resolved(expectation.terms[name])
            except Unresolved:
                yield None
                continue
            yield None if name in SECRET_TERMS else term(evidence, expected)

    def is_cut(self, exchange: Exchange) -> bool:
        """Whether the record holds a part of the answer's body only."""
        return exchange.answer is not None and len(exchange.answer.body) >= LONGEST_BODY


def _resolvable(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        try:
            yield name, resolve(value, {})
        except Unresolved:
            continue  # it refers to the issuer site or the target of that run


def revived(value: Any) -> Any:
    """A value with a stand-in for each secret: the same for the same secret, and of its shape.

    A name such as ``«access_token 1»`` would not fit the schemas that the secret itself fits.
    """
    match value:
        case str():
            return MARK.sub(lambda mark: _stand_in(mark[0]), value)
        case Mapping():
            return {revived(name): revived(member) for name, member in value.items()}
        case list() | tuple():
            return [revived(member) for member in value]
        case _:
            return value


def _stand_in(mark: str) -> str:
    digest = hashlib.sha256(mark.encode()).hexdigest()[:40]
    return f"{digest}@example.org" if mark.startswith("«e-mail") else digest
