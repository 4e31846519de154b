"""How a client sends what it pushes and puts, and what it takes for the end of that."""

from collections.abc import Callable, Iterable

from mock_backpack.apis.open_badges_3.handlers import DOCUMENTED, TEXT
from mock_backpack.issuer.answered import is_late, is_lost, shown
from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.issuer.oauth.found import json_of
from mock_backpack.issuer.open_badges_3 import reasons
from mock_backpack.issuer.open_badges_3.pushed import pushed_in

TYPES, PROFILE = "OB3-CLIENT-07", "OB3-CLIENT-13"
PUT_DONE = (200, 202)
OTHER_WRITES = ("POST", "PATCH")
FEW = 3
"""So often a credential may be pushed whose answers come late."""
CONTEXT = "@context"


@judges(TYPES, reasons.of_types)
def labels_what_it_pushes(evidence: Evidence) -> Findings:
    """JSON under a JSON type, and a compact JWS under text/plain."""
    expected = f"POST with {' or '.join(DOCUMENTED)} for JSON, {TEXT} for a compact JWS"
    for push in evidence.pushes:
        if push.entry.method != "POST":
            yield failed(push, expected, shown(push.entry))
        elif TYPES in push.entry.broke:
            yield failed(push, expected, push.message)
        elif _is_done(push, reasons.TAKEN):
            yield passed(push, expected)


def _is_done(call: Call, statuses: tuple[int, ...]) -> bool:
    return not is_lost(call.entry) and call.entry.status in statuses


@judges("OB3-CLIENT-08", reasons.of_ends)
def knows_the_end(evidence: Evidence) -> Findings:
    """200, 201 and 304 are the end of a push; 200 and 202 that of a profile that is put."""
    for pushes in evidence.badges().values():
        yield from _once(pushes, reasons.TAKEN, lambda push: pushed_in(push.entry).version)
    yield from _once(_puts(evidence), PUT_DONE, lambda put: put.entry.body)


def _once(
    calls: Iterable[Call], statuses: tuple[int, ...], version: Callable[[Call], object]
) -> Findings:
    """What was taken is not sent again; ``version`` tells what is the same."""
    listed = list(calls)
    done = next((call for call in listed if _is_done(call, statuses)), None)
    if done is None:
        return
    expected = f"nothing further after the answer {done.entry.status}"
    alike = [call for call in listed if version(call) == version(done)]
    again = [call for call in alike if call.is_after_answer_of(done)]
    if is_late(done.entry):
        again = alike[FEW:]
    if again:
        yield failed(again[0], expected, f"{len(again)} more {again[0].entry.method} of the same")
    else:
        yield passed(done, expected)


def _puts(evidence: Evidence) -> list[Call]:
    return [call for call in _of_profile(evidence) if call.entry.method == "PUT"]


def _of_profile(evidence: Evidence) -> list[Call]:
    name = evidence.terms.profile
    return [call for call in evidence.resources if call.entry.endpoint == name]


@judges(PROFILE, reasons.of_profiles)
def puts_the_whole_profile(evidence: Evidence) -> Findings:
    """With all members that it had when it was read."""
    expected = "all members of the profile, changed or not"
    for call in _of_profile(evidence):
        if call.entry.method in OTHER_WRITES:
            yield failed(call, "PUT with the whole profile", shown(call.entry))
    for put in _puts(evidence):
        earlier = [call for call in _of_profile(evidence) if put.is_after(call)]
        read = [call for call in earlier if call.entry.method == "GET" and call.is_good]
        body = json_of(put.entry.body)
        missing = sorted({*(read[-1].answer if read else ())} - {*(body or ()), CONTEXT})
        if PROFILE in put.entry.broke:
            yield failed(put, expected, put.message)
        elif not read:
            yield failed(put, "the profile to be read before it is put", shown(put.entry))
        elif missing:
            yield failed(put, expected, f"no {' and no '.join(missing)}")
        elif _is_done(put, PUT_DONE):
            yield passed(put, expected)
