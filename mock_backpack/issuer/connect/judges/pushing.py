"""When an issuer takes a badge as delivered, or as refused for good."""

from mock_backpack.issuer.connect.call import ApiCall
from mock_backpack.issuer.connect.evidence import Evidence
from mock_backpack.issuer.connect.judges import reasons
from mock_backpack.issuer.finding import Findings, failed, judges, passed

FEW = 3
"""So often a badge may be pushed whose answers say no, or come late."""
RETRIED = (401, 408, 429)


@judges("BC-CLIENT-08", reasons.of_ends)
def knows_when_it_is_done(evidence: Evidence) -> Findings:
    """201, 200 and "already there" are the end; so are refusals, after a few tries."""
    for pushes in evidence.badges().values():
        done = next((push for push in pushes if push.is_done and not push.is_late), None)
        slow = next((push for push in pushes if push.is_done and push.is_late), None)
        refused = [push for push in pushes if _is_refused(push)]
        if done is not None:
            yield from _stopped(done, pushes)
        elif slow is not None:
            yield from _few(pushes, "that was accepted slowly")
        elif refused:
            yield from _few(refused, "that is permanently refused")


def _stopped(done: ApiCall, pushes: list[ApiCall]) -> Findings:
    expected = f"no further push of a badge after the response {done.entry.status}"
    again = [push for push in pushes if push.is_after_answer_of(done)]
    if again:
        times = f"{len(again)} more push{'' if len(again) == 1 else 'es'} of the same badge"
        yield failed(again[0], expected, times)
    else:
        yield passed(done, expected)


def _few(pushes: list[ApiCall], which: str) -> Findings:
    expected = f"at most {FEW} pushes of a badge {which}"
    if len(pushes) > FEW:
        yield failed(pushes[FEW], expected, f"{len(pushes)} pushes")
    else:
        yield passed(pushes[-1], expected)


def _is_refused(push: ApiCall) -> bool:
    status = push.entry.status
    return not push.is_lost and status is not None and 400 <= status < 500 and status not in RETRIED
