"""Judges of what an issuer does when its tokens expire or are revoked."""

from mock_backpack.issuer.connect.call import ApiCall
from mock_backpack.issuer.connect.evidence import Evidence
from mock_backpack.issuer.connect.judges import reasons
from mock_backpack.issuer.connect.judges.hindered import hindrance
from mock_backpack.issuer.finding import Finding, Findings, failed, judges, passed
from mock_backpack.openbadges.complaint import quoted

REFRESH_REFUSED = 400


@judges("BC-CLIENT-06", reasons.of_expiry)
def refreshes_and_repeats(evidence: Evidence) -> Findings:
    """On expiry refresh, keep both new tokens, repeat the push."""
    wrong = [failure for refresh in evidence.refreshes for failure in _malformed(refresh, evidence)]
    wrong += _lost_refresh_token(evidence)
    if wrong:
        yield from wrong
        return
    for pushes in evidence.badges().values():
        expired = [push for push in pushes if push.is_refused_as_expired]
        if not expired:
            continue
        followed = _followed(evidence, expired[-1])
        if followed.passed or not hindrance(evidence, expired[0]):
            yield followed


def _followed(evidence: Evidence, expired: ApiCall) -> Finding:
    later = evidence.after(expired, evidence.pushes)
    same = [push for push in later if push.badge == expired.badge] or [
        push for push in later if not _pushed_before(evidence, push, expired)
    ]
    # whether this push is taken in the end is a matter of its badge and of other requirements
    if any(push.is_done or push.generation > expired.generation for push in same):
        return passed(expired, "a refresh, and the push again with the new token")
    refreshed = [
        refresh for refresh in _refreshes_of(evidence, expired.grant) if refresh.entry.status == 200
    ]
    if not any(refresh.is_after(expired) for refresh in refreshed):
        tried = evidence.after(expired, evidence.refreshes)
        saw = tried[-1].shown if tried else _pushes(same)
        return failed(tried[-1] if tried else expired, "a refresh after the refusal", saw)
    expected = "the push again, with the new access token"
    if not same:
        return failed(refreshed[-1], expected, "no further push of this badge")
    return failed(same[-1], expected, f"{same[-1].shown}, with the old token")


def _pushed_before(evidence: Evidence, push: ApiCall, than: ApiCall) -> bool:
    return any(other.badge == push.badge and not other.is_after(than) for other in evidence.pushes)


def _pushes(calls: list[ApiCall]) -> str:
    many = "push" if len(calls) == 1 else "pushes"
    return f"{len(calls) or 'no'} further {many} with the expired token, and no refresh"


def _malformed(refresh: ApiCall, evidence: Evidence) -> Findings:
    """A refresh that no Backpack can understand."""
    expected = '{"grant_type": "refresh_token", "refresh_token": "…"}'
    members = refresh.json or {}
    is_mangled = refresh.refresh is not None and refresh.refresh.mangled != ""
    if refresh.entry.status != REFRESH_REFUSED or is_mangled or not tuple(evidence.ledger):
        return
    if "BC-CLIENT-03" in refresh.entry.broke:
        return
    if members.get("grant_type") != "refresh_token":
        yield failed(refresh, expected, f"grant_type: {quoted(members.get('grant_type'))}")
    elif not members.get("refresh_token"):
        empty = f"refresh_token: {quoted(members.get('refresh_token'))}"
        saw = empty if "refresh_token" in members else f"no refresh_token, but {', '.join(members)}"
        yield failed(refresh, expected, saw)
    elif refresh.refresh is None:
        yield failed(refresh, expected, "a refresh_token that this Backpack did not issue")
    elif refresh.refresh.given.kind == "access":
        yield failed(refresh, expected, "the access token instead of the refresh token")


def _lost_refresh_token(evidence: Evidence) -> Findings:
    """A refresh with an old refresh token by an issuer that stored the new access token."""
    for refresh in evidence.refreshes:
        if _is_spent(evidence, refresh) and _kept_access(evidence, refresh):
            yield failed(
                refresh,
                "the refresh token that came with the last access token",
                "the refresh token of an earlier pair",
            )


def _is_spent(evidence: Evidence, refresh: ApiCall) -> bool:
    """Whether a refresh token had been used up before."""
    return _spender(evidence, refresh) is not None


def _spender(evidence: Evidence, refresh: ApiCall) -> ApiCall | None:
    """The earlier refresh that used up the token of this one."""
    token = refresh.refresh.given if refresh.refresh and not refresh.refresh.mangled else None
    if token is None or token.kind != "refresh":
        return None
    return next(
        (
            earlier
            for earlier in evidence.refreshes
            if refresh.is_after(earlier)
            and earlier.refresh
            and earlier.refresh.given == token
            and (earlier.entry.status == 200 or earlier.is_lost)
            and not _was_handled_not_at_all(earlier)
        ),
        None,
    )


def _was_handled_not_at_all(refresh: ApiCall) -> bool:
    applied = [name for _, name in refresh.entry.applied]
    return any(
        name.startswith(("http.", "transport.connection", "transport.e")) for name in applied
    )


def _kept_access(evidence: Evidence, refresh: ApiCall) -> bool:
    """Whether it was a newer access token that had expired, and not another worker's old one."""
    return any(
        call.is_refused_as_expired
        and call.generation > refresh.generation
        and refresh.is_after(call)
        for call in (*evidence.pushes, *evidence.identities)
        if call.grant == refresh.grant
    )


def _refreshes_of(evidence: Evidence, grant: int | None) -> list[ApiCall]:
    return [refresh for refresh in evidence.refreshes if refresh.grant == grant]


@judges("BC-CLIENT-07", reasons.of_spent_tokens)
def spends_no_refresh_token_twice(evidence: Evidence) -> Findings:
    """No spent refresh token, and one refresh for parallel workers."""
    expected = "each refresh token once"
    for refresh in evidence.refreshes:
        spender = _spender(evidence, refresh)
        if spender is None:
            if refresh.generation > 0 and refresh.entry.status == 200:
                yield passed(refresh, expected)
        elif spender.is_lost:
            yield from _after_a_lost_answer(evidence, spender, refresh)
        elif not _kept_access(evidence, refresh):
            yield failed(refresh, expected, "a refresh token that another refresh has used")
    yield from _shared(evidence)


def _after_a_lost_answer(evidence: Evidence, spender: ApiCall, refresh: ApiCall) -> Findings:
    """Nobody can know that a lost answer was given: the old token may come once more."""
    refused = [
        later
        for later in evidence.after(spender, evidence.refreshes)
        if later.entry.status == REFRESH_REFUSED and refresh.is_after(later)
    ]
    if refused:
        expected = "no further use of a refresh token that was refused"
        yield failed(refresh, expected, "the same refresh token again")
    else:
        yield passed(refresh, "the old refresh token at most once more after a lost response")


def _shared(evidence: Evidence) -> Findings:
    """Several pushes were refused for one expired token, and there was one refresh."""
    expired: dict[tuple[int | None, int], set[str]] = {}
    for push in evidence.pushes:
        if push.is_refused_as_expired:
            key = (push.grant, push.generation)
            expired.setdefault(key, set()).add(str(push.badge))
    for (grant, generation), badges in expired.items():
        used = [
            refresh
            for refresh in _refreshes_of(evidence, grant)
            if refresh.generation == generation
        ]
        if len(badges) > 1 and len(used) == 1 and used[0].entry.status == 200:
            yield passed(used[0], "one refresh for all workers")


@judges("BC-CLIENT-11", reasons.of_revocation)
def stops_after_revocation(evidence: Evidence) -> Findings:
    """After revocation one try to refresh at most, and then nothing."""
    expected = "at most one refresh, and then no request with tokens of this grant"
    for calls in _by_grant(evidence).values():
        refused = [call for call in calls if "BC-CLIENT-11" in call.entry.broke]
        if not refused:
            continue
        end = next((call for call in refused if call.endpoint == "token"), None)
        after = [call for call in refused if end is not None and call.is_after_answer_of(end)]
        pushes = [call for call in refused if call.endpoint != "token"]
        if after:
            yield failed(after[0], expected, f"{after[0].shown}, after the refresh was refused")
        elif len(pushes) > 1 and pushes[-1].badge == pushes[0].badge:
            yield failed(pushes[-1], expected, f"{len(pushes)} pushes of the same badge")
        elif len(pushes) > 1 and end is None:
            yield failed(pushes[-1], expected, f"{len(pushes)} pushes")
        else:
            yield passed(refused[-1], expected)


def _by_grant(evidence: Evidence) -> dict[int, list[ApiCall]]:
    calls_by_grant: dict[int, list[ApiCall]] = {}
    for call in evidence.calls:
        if call.grant is not None:
            calls_by_grant.setdefault(call.grant, []).append(call)
    return calls_by_grant
