"""Judges of hosted documents and of recipients."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.core.strict_json import NotJson, strict_json
from mock_backpack.issuer.connect.call import ApiCall
from mock_backpack.issuer.connect.evidence import Evidence
from mock_backpack.issuer.connect.judges import reasons
from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.issuer.looks import Inspection
from mock_backpack.openbadges.complaint import quoted

WRONG_EARNER = 403
UPSTREAM = "upstream."


@judges("BC-CLIENT-09", reasons.of_assertions)
def hosts_a_good_assertion(evidence: Evidence) -> Findings:
    """Fetched by GET and HEAD, valid, byte-stable, as at verify.url, of its own origin."""
    for push in evidence.pushes:
        if push.is_assertion_itself:
            continue  # what its badge names is no assertion: BC-CLIENT-04
        inspection = evidence.inspections.of(push.badge) if evidence.inspections else None
        refused = "BC-CLIENT-09" in push.entry.broke and not _is_troubled_upstream(push)
        if inspection is not None and inspection.complaints:
            for complaint in inspection.complaints:
                yield failed(push, f"{complaint.place}: {complaint.expected}", complaint.saw)
        elif refused:
            yield failed(push, "an assertion that the Backpack accepts", _message(push))
        elif inspection is not None and push.is_done:
            yield passed(push, "a good assertion")


def _is_troubled_upstream(push: ApiCall) -> bool:
    return any(name.startswith(UPSTREAM) for _, name in push.entry.applied)


def _message(push: ApiCall) -> str:
    answer = _answer(push)
    origins = [f"{answer[name]}" for name in ("issuer_origin", "token_origin") if name in answer]
    summary = " ".join((f"{answer.get('message', push.shown)}", " / ".join(origins))).strip()
    if "expected" not in answer:
        return summary
    return f"{summary}: expected {answer['expected']}, saw {answer['saw']}"


def _answer(call: ApiCall) -> Mapping[str, Any]:
    try:
        value = strict_json(call.entry.answer_body)
    except NotJson:
        return {}
    return value if isinstance(value, dict) else {}


@judges("BC-CLIENT-15", reasons.of_identity)
def uses_the_identity_as_it_is(evidence: Evidence) -> Findings:
    """The assertion contains recipient, salt and type of identity unchanged."""
    expected = "the recipient, salt and type that identity gave, with hashed true"
    identities = _identity_answers(evidence)
    for push in evidence.pushes:
        if push.is_assertion_itself:
            continue
        known = identities.get(push.grant, [])
        inspection = evidence.inspections.of(push.badge) if evidence.inspections else None
        if inspection is not None and inspection.has_wrong_recipient:
            continue  # a recipient that is none is no valid assertion: BC-CLIENT-09
        if known and inspection is not None:
            if wrong := _differs(inspection, known):
                yield failed(push, expected, wrong)
            elif push.is_done:
                yield passed(push, expected)
        elif push.entry.status == WRONG_EARNER and not _knows_another_address(evidence):
            yield failed(push, "an assertion for the earner who granted", _message(push))


def _identity_answers(evidence: Evidence) -> dict[int | None, list[Mapping[str, Any]]]:
    """The good answers of identity, by grant."""
    answers: dict[int | None, list[Mapping[str, Any]]] = {}
    for call in evidence.identities:
        if call.entry.status == 200 and not call.is_lost:
            answers.setdefault(call.grant, []).append(_answer(call))
    return answers


def _knows_another_address(evidence: Evidence) -> bool:
    """Whether the issuer could not know the earner but by identity, and did not ask."""
    return evidence.situation is not None and evidence.situation.id == "other-address"


def _differs(inspection: Inspection, known: list[Mapping[str, Any]]) -> str:
    """A difference between recipient and answers of identity; ``""`` if one answer matches."""
    assertion = inspection.assertion or {}
    recipient = assertion.get("recipient")
    if isinstance(recipient, str):  # 0.5
        recipient = {"identity": recipient, "salt": assertion.get("salt"), "type": "email"}
    if not isinstance(recipient, dict):
        return ""
    differing = [_difference(recipient, name) for name in known]
    return "" if "" in differing else differing[-1]


def _difference(recipient: Mapping[str, Any], identity: Mapping[str, Any]) -> str:
    for member, name in (("identity", "recipient"), ("salt", "salt"), ("type", "type")):
        if recipient.get(member) != identity.get(name):
            saw = quoted(recipient[member]) if member in recipient else "no such member"
            return f"recipient.{member}: {saw}, where identity gave {quoted(identity.get(name))}"
    if recipient.get("hashed", True) is not True:
        return "recipient.hashed: false"
    return ""
