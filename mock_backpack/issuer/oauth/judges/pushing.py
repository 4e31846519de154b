"""When a client takes a push as done or as refused."""

from collections.abc import Callable

from mock_backpack.issuer.answered import is_late
from mock_backpack.issuer.finding import Findings, failed, passed
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.openbadges.complaint import quoted

PASSING = (401, 408, 425, 429)
"""Refusals after which the same push may do: with another token, or later."""
FEW = 3
"""So often a badge may be pushed whose answers come late, or that is refused and then changed."""


def knows_success(evidence: Evidence) -> Findings:
    """200 is the end, whatever else is in the status."""
    for pushes in evidence.badges().values():
        done = next((push for push in pushes if push.is_good), None)
        if done is None:
            continue
        again = [push for push in pushes if push.is_after_answer_of(done)]
        if is_late(done.entry):
            yield from _few(pushes, "a badge that was accepted slowly")
        elif again:
            expected = f"no further push of a badge after the answer {done.entry.status}"
            yield failed(again[0], expected, f"{len(again)} more pushes of the same badge")
        else:
            yield passed(done, f"no further push of a badge after the answer {done.entry.status}")


def _few(pushes: list[Call], what: str) -> Findings:
    expected = f"at most {FEW} pushes of {what}"
    if len(pushes) > FEW:
        yield failed(pushes[FEW], expected, f"{len(pushes)} pushes")
    else:
        yield passed(pushes[-1], expected)


def repeats_no_refused_push(evidence: Evidence) -> Findings:
    """What was refused for good, by whatever status, is not pushed again."""
    yield from not_repeated(
        evidence,
        lambda push, evidence: (
            push.lacks_permission or is_rejected(push, evidence) or is_over(push, evidence)
        ),
    )
    if not evidence.pushes:
        create = evidence.terms.create
        narrowed = [call for call in evidence.exchanges if create not in _granted(call, create)]
        yield from (passed(call, f"no push without {create}") for call in narrowed)


def not_repeated(evidence: Evidence, is_refused: Callable[[Call, Evidence], bool]) -> Findings:
    """No badge is pushed again whose push was refused in some way."""
    expected = "no further push of a badge that was refused"
    for pushes in evidence.badges().values():
        refused = next((push for push in pushes if is_refused(push, evidence)), None)
        if refused is None:
            continue
        later = [push for push in pushes if push.is_after_answer_of(refused)]
        again = [push for push in later if not _is_another(push, refused)]
        if again or len(later) >= FEW:
            first = (again or later)[0]
            saw = f"{len(later)} more after {refused.entry.status}: {_shortened(refused)}"
            yield failed(first, expected, saw)
        else:
            yield passed(refused, expected)


def _granted(exchange: Call, usual: str) -> list[str]:
    """What a token answer permits; without ``scope`` it is what was asked for."""
    scope = exchange.answer.get("scope") or exchange.form.get("scope", "")
    return str(scope).split() if exchange.is_good else [usual]


def is_rejected(push: Call, _evidence: Evidence) -> bool:
    """Whether an answer says that the push itself will not do, whatever the token."""
    status = push.entry.status or 0
    return 400 <= status < 500 and status not in PASSING and not push.lacks_permission


def is_over(push: Call, evidence: Evidence) -> bool:
    """Whether a push was refused because the earner has revoked access."""
    return push.entry.status == 401 and evidence.is_over(push.grant) and not push.is_expired


def _is_another(push: Call, refused: Call) -> bool:
    """Whether a push differs in what was refused: the token of a 401, else the badge."""
    if refused.entry.status == 401:
        return push.authorization != refused.authorization
    return push.entry.body != refused.entry.body


def _shortened(refused: Call) -> str:
    return quoted(refused.message)
