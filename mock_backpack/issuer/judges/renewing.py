"""What an issuer does when its tokens end."""

from mock_backpack.issuer.call import Call
from mock_backpack.issuer.evidence import Evidence
from mock_backpack.issuer.finding import Finding, Findings, failed, judges, passed
from mock_backpack.issuer.judges import reasons
from mock_backpack.issuer.judges.hindered import hindrance
from mock_backpack.openbadges.complaint import quoted

REFRESH_REFUSED = 400


@judges("BC-CLIENT-06", reasons.of_expiry)
def refreshes_and_repeats(evidence: Evidence) -> Findings:
    """On expiry refresh, keep both new tokens, repeat the push."""
    wrong = [one for refresh in evidence.refreshes for one in _malformed(refresh, evidence)]
    wrong += _lost_refresh_token(evidence)
    if wrong:
        yield from wrong
        return
    for pushes in evidence.badges().values():
        expired = [one for one in pushes if one.is_refused_as_expired]
        if not expired:
            continue
        found = _followed(evidence, expired[-1])
        if found.passed or not hindrance(evidence, expired[0]):
            yield found


def _followed(evidence: Evidence, expired: Call) -> Finding:
    later = evidence.after(expired, evidence.pushes)
    same = [one for one in later if one.badge == expired.badge] or [
        one for one in later if not _pushed_before(evidence, one, expired)
    ]
    # whether this push is taken in the end is a matter of its badge and of other requirements
    if any(one.is_done or one.generation > expired.generation for one in same):
        return passed(expired, "a refresh, and the push again with the new token")
    refreshed = [one for one in _refreshes_of(evidence, expired.grant) if one.entry.status == 200]
    if not any(one.is_after(expired) for one in refreshed):
        tried = evidence.after(expired, evidence.refreshes)
        saw = tried[-1].shown if tried else _pushes(same)
        return failed(tried[-1] if tried else expired, "a refresh after the refusal", saw)
    expected = "the push again, with the new access token"
    if not same:
        return failed(refreshed[-1], expected, "no further push of this badge")
    return failed(same[-1], expected, f"{same[-1].shown}, with the old token")


def _pushed_before(evidence: Evidence, push: Call, than: Call) -> bool:
    return any(one.badge == push.badge and not one.is_after(than) for one in evidence.pushes)


def _pushes(calls: list[Call]) -> str:
    many = "push" if len(calls) == 1 else "pushes"
    return f"{len(calls) or 'no'} further {many} with the expired token, and no refresh"


def _malformed(refresh: Call, evidence: Evidence) -> Findings:
    """A refresh that no Backpack can understand."""
    expected = '{"grant_type": "refresh_token", "refresh_token": "…"}'
    said = refresh.said or {}
    is_mangled = refresh.refresh is not None and refresh.refresh.mangled != ""
    if refresh.entry.status != REFRESH_REFUSED or is_mangled or not tuple(evidence.ledger):
        return
    if "BC-CLIENT-03" in refresh.entry.broke:
        return
    if said.get("grant_type") != "refresh_token":
        yield failed(refresh, expected, f"grant_type: {quoted(said.get('grant_type'))}")
    elif not said.get("refresh_token"):
        empty = f"refresh_token: {quoted(said.get('refresh_token'))}"
        saw = empty if "refresh_token" in said else f"no refresh_token, but {', '.join(said)}"
        yield failed(refresh, expected, saw)
    elif refresh.refresh is None:
        yield failed(refresh, expected, "a refresh_token that this Backpack never gave")
    elif refresh.refresh.given.kind == "access":
        yield failed(refresh, expected, "the access token in place of the refresh token")


def _lost_refresh_token(evidence: Evidence) -> Findings:
    """A refresh with an old refresh token by an issuer that kept the new access token."""
    for refresh in evidence.refreshes:
        if _is_spent(evidence, refresh) and _kept_access(evidence, refresh):
            yield failed(
                refresh,
                "the refresh token that came with the last access token",
                "the refresh token of an earlier pair",
            )


def _is_spent(evidence: Evidence, refresh: Call) -> bool:
    """Whether a refresh token had been used up before."""
    return _spender(evidence, refresh) is not None


def _spender(evidence: Evidence, refresh: Call) -> Call | None:
    """The earlier refresh that used up the token of this one."""
    token = refresh.refresh.given if refresh.refresh and not refresh.refresh.mangled else None
    if token is None or token.kind != "refresh":
        return None
    return next(
        (
            one
            for one in evidence.refreshes
            if refresh.is_after(one)
            and one.refresh
            and one.refresh.given == token
            and (one.entry.status == 200 or one.is_lost)
            and not _was_handled_not_at_all(one)
        ),
        None,
    )


def _was_handled_not_at_all(refresh: Call) -> bool:
    applied = [name for _, name in refresh.entry.applied]
    return any(
        name.startswith(("http.", "transport.connection", "transport.e")) for name in applied
    )


def _kept_access(evidence: Evidence, refresh: Call) -> bool:
    """Whether it was a newer access token that had expired, and not another worker's old one."""
    return any(
        one.is_refused_as_expired and one.generation > refresh.generation and refresh.is_after(one)
        for one in (*evidence.pushes, *evidence.identities)
        if one.grant == refresh.grant
    )


def _refreshes_of(evidence: Evidence, grant: int | None) -> list[Call]:
    return [one for one in evidence.refreshes if one.grant == grant]


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
            yield failed(refresh, expected, "a refresh token that another refresh has used up")
    yield from _shared(evidence)


def _after_a_lost_answer(evidence: Evidence, spender: Call, refresh: Call) -> Findings:
    """Nobody can know that a lost answer was given: the old token may come once more."""
    refused = [
        one
        for one in evidence.after(spender, evidence.refreshes)
        if one.entry.status == REFRESH_REFUSED and refresh.is_after(one)
    ]
    if refused:
        expected = "no further use of a refresh token that was refused"
        yield failed(refresh, expected, "the same refresh token again")
    else:
        yield passed(refresh, "the old refresh token once more at most after a lost answer")


def _shared(evidence: Evidence) -> Findings:
    """Several pushes were refused for one expired token, and there was one refresh."""
    expired: dict[tuple[int | None, int], set[str]] = {}
    for push in evidence.pushes:
        if push.is_refused_as_expired:
            key = (push.grant, push.generation)
            expired.setdefault(key, set()).add(str(push.badge))
    for (grant, generation), badges in expired.items():
        used = [one for one in _refreshes_of(evidence, grant) if one.generation == generation]
        if len(badges) > 1 and len(used) == 1 and used[0].entry.status == 200:
            yield passed(used[0], "one refresh for all workers")


@judges("BC-CLIENT-11", reasons.of_revocation)
def stops_after_revocation(evidence: Evidence) -> Findings:
    """After revocation one try to refresh at most, and then nothing."""
    expected = "one try to refresh at most, and then no request with tokens of this grant"
    for calls in _by_grant(evidence).values():
        refused = [one for one in calls if "BC-CLIENT-11" in one.entry.broke]
        if not refused:
            continue
        end = next((one for one in refused if one.endpoint == "token"), None)
        after = [one for one in refused if end is not None and one.is_after_answer_of(end)]
        pushes = [one for one in refused if one.endpoint != "token"]
        if after:
            yield failed(after[0], expected, f"{after[0].shown}, after the refresh was refused")
        elif len(pushes) > 1 and pushes[-1].badge == pushes[0].badge:
            yield failed(pushes[-1], expected, f"{len(pushes)} pushes of the same badge")
        elif len(pushes) > 1 and end is None:
            yield failed(pushes[-1], expected, f"{len(pushes)} pushes")
        else:
            yield passed(refused[-1], expected)


def _by_grant(evidence: Evidence) -> dict[int, list[Call]]:
    found: dict[int, list[Call]] = {}
    for call in evidence.calls:
        if call.grant is not None:
            found.setdefault(call.grant, []).append(call)
    return found
