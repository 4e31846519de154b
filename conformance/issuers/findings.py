"""The mock's verdict on an issuer as findings and exchanges of a record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from conformance.core.verdict import Outcome
from conformance.record.record import ScenarioLine, scenario_of
from conformance.record.writer import LONGEST_BODY

FILE = "situation"
"""Where a finding belongs, in place of a scenario's file."""
Told = Mapping[str, Any]
"""A verdict as the mock tells it."""


def situation_line(
    told: Told, *, seconds: float = 0.0, trouble: str = "", silence: str = "", note: str = ""
) -> dict[str, Any]:
    """A line of a record from the verdict on one situation.

    ``trouble`` says why the issuer could not come to its end; then nothing counts as passed.
    ``silence`` says why nothing was heard of it, ``note`` what else is worth to know.
    """
    situation = told["situation"] or {}
    return {
        "kind": "scenario",
        "name": situation.get("id", "sandbox"),
        "title": situation.get("title", "What a sandbox heard"),
        "story": f"{situation.get('does', '')} {situation.get('sees', '')}".strip(),
        "file": FILE,
        "line": 0,
        "seconds": round(seconds, 4),
        "findings": list(_findings(told, trouble, silence)),
        "exchanges": [_exchange(one) for one in told["exchanges"]],
        "examples": 0,
        "drawn": {},
        "trouble": "; ".join(filter(None, (trouble or silence, note))),
        "habits": [one["does"] for one in told["habits"]],
    }


def scenario_line_of(told: Told) -> ScenarioLine:
    """The same as a value, for those who keep no record."""
    return scenario_of(situation_line(told))


def _findings(told: Told, trouble: str, silence: str) -> Iterator[dict[str, Any]]:
    """What was found; a situation passes only what it was made to test."""
    tests = (told["situation"] or {}).get("tests", ())
    for ruling in told["requirements"]:
        name, outcome = ruling["id"], Outcome(ruling["outcome"])
        is_meant = not tests or name in tests
        if outcome is Outcome.FAILED:
            yield from (_finding(name, Outcome.FAILED, one) for one in ruling["findings"])
        elif is_meant and trouble:
            yield {"requirement": name, "outcome": Outcome.CANT_TELL, "reason": trouble}
        elif is_meant and outcome is Outcome.PASSED:
            yield _finding(name, Outcome.PASSED, ruling["findings"][0])
        elif is_meant:
            yield {"requirement": name, "outcome": outcome, "reason": silence or ruling["reason"]}


def _finding(name: str, outcome: Outcome, said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "requirement": name,
        "outcome": outcome,
        "expected": said["expected"],
        "came_back": said["saw"],
        "exchange": said["exchange"],
    }


def _exchange(said: Mapping[str, Any]) -> dict[str, Any]:
    request, answer = said["request"], said["answer"] or {}
    status = answer.get("status")
    return {
        "number": said["number"],
        "request": {
            "method": request["method"],
            "url": f"http://{_host(request['headers'])}{request['target']}",
            "headers": request["headers"],
            "body": _body(request["body"]),
        },
        "answer": None
        if status is None
        else {
            "status": status,
            "reason": _reason(status),
            "headers": answer["headers"],
            "body": _body(answer["body"]),
        },
        "seconds": 0.0,
        "trouble": _trouble(said["applied"]) if status is None else "",
        "landing": None,
    }


def _host(headers: Iterable[Sequence[str]]) -> str:
    return next((value for name, value in headers if name.lower() == "host"), "")


def _body(text: str) -> dict[str, Any]:
    cut = {"cut": len(text) - LONGEST_BODY} if len(text) > LONGEST_BODY else {}
    return {"text": text[:LONGEST_BODY], **cut}


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _trouble(applied: Iterable[Mapping[str, str]]) -> str:
    names = ", ".join(one["name"] for one in applied)
    return f"the mock gave none, by {names}" if names else "the mock gave none"
