"""Whose fault a failure most likely is, and by what one can see it."""

from collections.abc import Iterator
from enum import StrEnum
from urllib.parse import urlsplit

from attrs import frozen

from conformance.core.exchange import Exchange
from conformance.core.requirement import Requirement
from conformance.core.verdict import Finding, Outcome
from conformance.record.model import ScenarioLine, Section

OPEN_BASES = frozenset({"inferred", "reference"})
"""Of requirements that no document says in so many words."""


class Cause(StrEnum):
    """Who has to look first."""

    TARGET = "the target"
    NETWORK = "the target, or the network between"
    CONFIGURATION = "most likely the configuration"
    SUITE = "our own suite"
    OPEN_POINT = "the target, by our reading of an open point"


@frozen
class Blame:
    """Whose fault it is, with the evidence."""

    cause: Cause
    evidence: str


def blame(
    section: Section, requirement: Requirement, scenario: ScenarioLine, finding: Finding
) -> Blame:
    """The first explanation that fits what was recorded."""
    exchange = scenario.exchange(finding.exchange)
    if finding.suite_failed:
        return Blame(Cause.SUITE, _last_line(scenario.trouble) or finding.reason)
    if exchange is not None and exchange.answer is None:
        return Blame(Cause.NETWORK, _unanswered(section, exchange))
    if exchange is not None and _is_push(section, exchange) and not _accepts_pushes(section):
        return Blame(Cause.CONFIGURATION, _refused_pushes(section))
    if finding.outcome is Outcome.CANT_TELL:
        return Blame(Cause.TARGET, "An earlier step failed.")
    if requirement.basis in OPEN_BASES:
        return Blame(Cause.OPEN_POINT, f"{_seen(exchange, finding)} {_unsaid(requirement)}")
    return Blame(Cause.TARGET, _seen(exchange, finding))


def _last_line(trouble: str) -> str:
    """Of a traceback: what went wrong."""
    return trouble.strip().rpartition("\n")[2]


def _seen(exchange: Exchange | None, finding: Finding) -> str:
    if exchange is None or exchange.answer is None:
        return f"Several requests together show this (step {finding.step})."
    path = _path(exchange.request.url)
    return (
        f"The target responded (exchange {exchange.number}, {exchange.request.method} {path}, "
        f"status {exchange.answer.status}), but the response does not meet the requirement."
    )


def _unsaid(requirement: Requirement) -> str:
    return (
        f"The API document does not state this explicitly (basis: {requirement.basis}); "
        f"see {requirement.cited}."
    )


def _unanswered(section: Section, exchange: Exchange) -> str:
    sent = list(_exchanges(section))
    answered = sum(other.answer is not None for other in sent)
    return (
        f"Exchange {exchange.number} got no response: {exchange.trouble}; "
        f"{answered} of {len(sent)} requests got one."
    )


def _refused_pushes(section: Section) -> str:
    pushes = sum(_is_push(section, exchange) for exchange in _exchanges(section))
    return (
        f"None of the {pushes} pushes of this run was accepted. Can the target reach the issuer "
        "site, which the suite serves on its own machine?"
    )


def _accepts_pushes(section: Section) -> bool:
    return any(
        exchange.answer is not None and 200 <= exchange.answer.status < 300
        for exchange in _exchanges(section)
        if _is_push(section, exchange)
    )


def _is_push(section: Section, exchange: Exchange) -> bool:
    method, path = section.api.push
    return exchange.request.method == method and _path(exchange.request.url).endswith(path)


def _path(url: str) -> str:
    """The path of an address; the whole of what is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return url


def _exchanges(section: Section) -> Iterator[Exchange]:
    return (exchange for scenario in section.scenarios for exchange in scenario.exchanges)
