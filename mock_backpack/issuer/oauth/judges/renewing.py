"""What a consumer does when its access token has expired."""

from mock_backpack.issuer.answered import is_troubled, shown
from mock_backpack.issuer.finding import Finding, Findings, failed, passed
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.openbadges.complaint import quoted

FIELDS = ("grant_type", "refresh_token", "scope")
AGAIN = "a refresh with the newest refresh token, and the push again"


def refreshes_and_repeats(evidence: Evidence) -> Findings:
    """On expiry refresh, keep the newest refresh token, repeat the push."""
    wrong = [finding for call in evidence.refreshes for finding in _misnamed(call, evidence)]
    if wrong:
        yield from wrong
        return
    for pushes in evidence.badges().values():
        expired = [push for push in pushes if push.is_expired]
        if expired and (finding := _followed(evidence, expired[-1], pushes)):
            yield finding


def _misnamed(call: Call, evidence: Evidence) -> Findings:
    """A refresh that no Backpack can take, and that its sender could have done right."""
    expected = "grant_type=refresh_token, and the newest refresh token"
    if call.entry.status != 400:
        return
    if _spender(evidence, call) is not None:  # which ends the grant (RFC 9700 section 4.14.2)
        yield failed(call, expected, "the refresh token of an earlier answer")
    elif evidence.is_over(call.grant):
        return
    elif in_query := [name for name, _ in call.query if name in FIELDS]:
        yield failed(call, f"{expected}, in the body", f"{', '.join(in_query)} in the query")
    elif call.form.get("grant_type") != "refresh_token":
        yield failed(call, expected, f"grant_type: {quoted(call.form.get('grant_type'))}")
    elif not call.form.get("refresh_token"):
        yield failed(call, expected, "no refresh_token")
    elif call.refresh is None:
        yield failed(call, expected, "a refresh_token that this Backpack did not issue")
    elif call.refresh.mangled:
        yield failed(call, expected, call.refresh.mangled)
    elif call.refresh.given.kind == "access":
        yield failed(call, expected, "the access token in place of the refresh token")


def _spender(evidence: Evidence, call: Call) -> Call | None:
    """An earlier refresh that got its answer and used up the same token."""
    token = call.form.get("refresh_token")
    good = (
        refresh
        for refresh in evidence.refreshes
        if refresh.is_good and call.is_after_answer_of(refresh)
    )
    return next((refresh for refresh in good if refresh.form.get("refresh_token") == token), None)


def _followed(evidence: Evidence, expired: Call, pushes: list[Call]) -> Finding | None:
    """What came after a push with an expired token; ``None`` when it cannot be judged."""
    later = [push for push in pushes if push.is_after(expired)]
    renewed = [push for push in later if push.grant == expired.grant and _is_newer(push, expired)]
    if renewed:
        return passed(renewed[0], AGAIN)
    refreshes = [call for call in evidence.refreshes if call.is_after(expired)]
    if _is_hindered(evidence, expired, refreshes):
        return None
    if any(call.is_good for call in refreshes):
        old = f"{shown(later[-1].entry)}, with the old token" if later else ""
        return failed(refreshes[-1], AGAIN, old or "no further push of this badge")
    if refreshes:
        last = refreshes[-1]
        return failed(last, AGAIN, f"{shown(last.entry)}: {last.message}")
    asked = [ask for ask in evidence.asks if ask.entry.number > expired.number]
    if asked:
        return failed(asked[0], AGAIN, "the earner asked again, and no refresh")
    return failed(expired, AGAIN, f"{len(later)} further pushes, and no refresh")


def _is_newer(push: Call, expired: Call) -> bool:
    return push.generation > expired.generation


def _is_hindered(evidence: Evidence, expired: Call, refreshes: list[Call]) -> bool:
    """Whether the consumer could not refresh, or broke another requirement when it tried."""
    has_none = not any(
        "refresh_token" in call.answer and evidence.grant_of(call) == expired.grant
        for call in evidence.trades
    )
    troubled = bool(refreshes) and is_troubled(refreshes[-1].entry)
    refused = any(call.entry.status == 401 for call in refreshes)
    return has_none or troubled or refused or evidence.is_over(expired.grant)
