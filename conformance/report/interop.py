"""The interoperability profile: what the target does where the API leaves it a choice."""

from collections.abc import Iterator

from attrs import field, frozen

from conformance.core.exchange import Answer, parsed
from conformance.core.requirement import Requirement
from conformance.core.verdict import Outcome
from conformance.record.model import Section

MOST_SHOWN = 4
"""Different answers to one requirement."""
MOST_MEMBERS = 8
LONGEST_MEMBER = 40
"""Characters: a longer name is no name that somebody gave a member."""


@frozen
class AnswerForms:
    """How the target answers in one situation."""

    requirement: Requirement
    answers: tuple[str, ...]
    """Code and form of the body, each way once."""
    more: int = 0
    """How many further ways there are."""


@frozen
class Interop:
    """What an issuer's programmer wants to know of this target before writing to it."""

    readings: tuple[tuple[str, str], ...] = field(factory=tuple)
    """Open points, and which of several allowed answers the target gives."""
    habits: tuple[AnswerForms, ...] = field(factory=tuple)


def interop(section: Section) -> Interop:
    """The profile of a record's target, from answers that passed."""
    return Interop(tuple(_readings(section)), tuple(_habits(section)))


def _readings(section: Section) -> Iterator[tuple[str, str]]:
    for name, choice in section.api.open_points.items():
        readings = {
            finding.reading
            for scenario in section.scenarios
            for finding in scenario.findings
            if finding.requirement == name and finding.reading
        }
        if readings:
            yield choice, " or ".join(sorted(readings))


def _habits(section: Section) -> Iterator[AnswerForms]:
    """Of each requirement that is about an answer as a whole."""
    seen: dict[str, dict[str, None]] = {}
    for scenario in section.scenarios:
        exchanges = {sent.number: sent for sent in scenario.exchanges}
        for finding in scenario.findings:
            exchange = exchanges.get(finding.exchange or 0)
            if finding.outcome is Outcome.PASSED and exchange and exchange.answer:
                seen.setdefault(finding.requirement, {})[form_of(exchange.answer)] = None
    for requirement in section.requirements:
        if requirement.answer and requirement.id in seen:
            ways = sorted(seen[requirement.id])
            yield AnswerForms(requirement, tuple(ways[:MOST_SHOWN]), max(0, len(ways) - MOST_SHOWN))


def form_of(answer: Answer) -> str:
    """Status and form of a body in a few words."""
    return f"{answer.status}, {_body(answer)}"


def _body(answer: Answer) -> str:
    kind = (answer.header("Content-Type") or "").partition(";")[0].strip().lower()
    match parsed(answer.body):
        case None:
            return "no body"
        case dict() as members:
            return f"JSON: {_members(members)}" if members else "JSON: an empty object"
        case list():
            return "JSON: an array"
        case _ if "html" in kind:
            return "HTML"
        case _ if "javascript" in kind:
            return "a script"
        case _:
            return "text"


def _members(names: dict[str, object]) -> str:
    """Names of members; what the target made so many or so long is not shown in full."""
    shown = [name[:LONGEST_MEMBER] for name in sorted(names)[:MOST_MEMBERS]]
    return ", ".join(shown) + (", …" if len(names) > MOST_MEMBERS else "")
