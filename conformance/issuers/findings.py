"""The mock's verdict on an issuer as findings and exchanges of a record."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from conformance.core.api import DEFAULT
from conformance.core.exchange import Answer, Exchange, Headers, Request
from conformance.core.verdict import Finding, Outcome
from conformance.record.model import ScenarioLine

FILE = "situation"
"""Where a finding belongs, in place of a scenario's file."""
WireVerdict = Mapping[str, Any]
"""A verdict as the mock answers it."""


def situation_line(
    verdict: WireVerdict,
    *,
    seconds: float = 0.0,
    trouble: str = "",
    silence: str = "",
    note: str = "",
) -> ScenarioLine:
    """A line of a record from the verdict on one situation.

    ``trouble`` says why the issuer could not come to its end; then nothing counts as passed.
    ``silence`` says why nothing was heard of it, ``note`` what else is worth to know.
    """
    situation = verdict["situation"] or {}
    return ScenarioLine(
        name=situation.get("id", "sandbox"),
        api=situation.get("api", DEFAULT),
        title=situation.get("title", "What a sandbox heard"),
        story=f"{situation.get('does', '')} {situation.get('sees', '')}".strip(),
        file=FILE,
        line=0,
        seconds=seconds,
        findings=tuple(_findings(verdict, trouble, silence)),
        exchanges=tuple(map(_exchange, verdict["exchanges"])),
        trouble="; ".join(filter(None, (trouble or silence, note))),
        habits=tuple(habit["does"] for habit in verdict["habits"]),
    )


def _findings(verdict: WireVerdict, trouble: str, silence: str) -> Iterator[Finding]:
    """What was found; a situation passes only what it was made to test."""
    tests = (verdict["situation"] or {}).get("tests", ())
    for ruling in verdict["requirements"]:
        name, outcome = ruling["id"], Outcome(ruling["outcome"])
        is_tested = not tests or name in tests
        if outcome is Outcome.FAILED:
            yield from (_finding(name, Outcome.FAILED, finding) for finding in ruling["findings"])
        elif is_tested and trouble:
            yield Finding(name, Outcome.CANT_TELL, reason=trouble)
        elif is_tested and outcome is Outcome.PASSED:
            yield _finding(name, Outcome.PASSED, ruling["findings"][0])
        elif is_tested:
            yield Finding(name, outcome, reason=silence or ruling["reason"])


def _finding(name: str, outcome: Outcome, wire: Mapping[str, Any]) -> Finding:
    return Finding(name, outcome, wire["expected"], wire["saw"], exchange=wire["exchange"])


def _exchange(wire: Mapping[str, Any]) -> Exchange:
    request, answer = wire["request"], wire["answer"] or {}
    status = answer.get("status")
    headers = _headers(request)
    url = f"http://{_host(headers)}{request['target']}"
    return Exchange(
        number=wire["number"],
        request=Request(request["method"], url, headers, _body(request)),
        answer=None
        if status is None
        else Answer(status, _reason(status), _headers(answer), _body(answer)),
        seconds=0.0,
        trouble=_trouble(wire["applied"]) if status is None else "",
    )


def _headers(message: Mapping[str, Any]) -> Headers:
    return tuple((name, value) for name, value in message["headers"])


def _host(headers: Headers) -> str:
    return next((value for name, value in headers if name.lower() == "host"), "")


def _body(message: Mapping[str, Any]) -> bytes:
    return str(message["body"]).encode(errors="replace")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _trouble(applied: Iterable[Mapping[str, str]]) -> str:
    names = ", ".join(fault["name"] for fault in applied)
    return f"the mock issued none, by {names}" if names else "the mock issued none"
