"""Wrong ways of finding the grant of an access token, and of judging whether it is alive."""

from weakref import WeakKeyDictionary

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.connect import bearer
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right


def last_grant(store: Backpack) -> Grant:
    """The grant that was given last."""
    grant = store.newest_grant()
    if grant is None:
        raise bearer.refused("invalid_token", "Unknown access token")
    return grant


@defect(
    "bearer.accepts-anonymous",
    bearer.authorize,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-04", "BC-AUTH-10", "BC-ISSUE-13"),
    since="0.1",
)
def needs_no_header(right: Right, request: web.Request, store: Backpack, scope: str) -> Grant:
    """A request without credentials acts under the newest grant."""
    if "Authorization" not in request.headers:
        return last_grant(store)
    grant: Grant = right(request, store, scope)
    return grant


@defect(
    "bearer.accepts-any",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=(
        "BC-AUTH-03",
        "BC-AUTH-05",
        "BC-AUTH-11",
        "BC-ISSUE-13",
        "BC-TOKEN-05",
        "BC-REVOKE-02",
        "BC-REVOKE-03",
    ),
    since="0.1",
)
def takes_any_token(right: Right, store: Backpack, token: str) -> Grant | None:
    """Any unknown token acts under the newest grant."""
    return right(store, token) or store.newest_grant()


@defect(
    "bearer.accepts-prefix",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-11", "BC-ISSUE-13"),
    since="0.1",
)
def takes_a_prefix(right: Right, store: Backpack, token: str) -> Grant | None:
    """The beginning of a token is enough."""
    begun = (
        grant
        for grant in store.grants()
        if len(token) > 8 and grant.tokens.access.startswith(token)
    )
    return right(store, token) or next(begun, None)


@defect(
    "bearer.ignores-case",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-11", "BC-ISSUE-13"),
    since="0.1",
)
def ignores_case(right: Right, store: Backpack, token: str) -> Grant | None:
    """Tokens are compared ignoring letter case."""
    same = (grant for grant in store.grants() if grant.tokens.access.lower() == token.lower())
    return right(store, token) or next(same, None)


@defect(
    "bearer.trims-blanks",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-11", "BC-ISSUE-13"),
    since="0.1",
)
def trims_blanks(right: Right, store: Backpack, token: str) -> Grant | None:
    """Spaces around a token are ignored."""
    grant: Grant | None = right(store, token.strip())
    return grant


@defect(
    "bearer.accepts-expired",
    bearer.is_expired,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-06", "BC-ISSUE-12"),
    since="0.1",
)
def forgets_expiry(_right: Right, _kept: Backpack, _grant: Grant) -> bool:
    """Tokens never expire."""
    return False


@defect(
    "bearer.expires-early",
    backpack.lifetime,
    endpoints=("accept", "token"),
    breaks=("BC-AUTH-07",),
    since="0.1",
)
def expires_early(right: Right, seconds: int) -> float:
    """Tokens live half as long as announced."""
    return float(right(seconds)) / 2


@defect(
    "bearer.expires-late",
    backpack.lifetime,
    endpoints=("accept", "token"),
    breaks=("BC-AUTH-06", "BC-ISSUE-12"),
    since="0.1",
)
def expires_late(right: Right, seconds: int) -> float:
    """Tokens live twice as long as announced."""
    return float(right(seconds)) * 2


@defect(
    "bearer.other-earner",
    bearer.authorize,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-12",),
    since="0.1",
)
def mixes_earners_up(right: Right, request: web.Request, store: Backpack, scope: str) -> Grant:
    """Every token acts for the earner who granted access last."""
    grant: Grant = right(request, store, scope)
    return evolve(grant, earner=last_grant(store).earner)


@defect(
    "bearer.refreshed-never-expires",
    bearer.is_expired,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-06",),
    since="0.2",
)
def refreshed_tokens_live_for_ever(right: Right, store: Backpack, grant: Grant) -> bool:
    """An access token that came from a refresh never expires."""
    return not grant.tokens.generation and bool(right(store, grant))


@defect(
    "bearer.ignores-scope",
    bearer.has_scope,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-08",),
    since="0.2",
)
def ignores_the_scope(_right: Right, _grant: Grant, _scope: str) -> bool:
    """A token without the scope is accepted."""
    return True


_last_words: WeakKeyDictionary[Backpack, dict[str, Grant]] = WeakKeyDictionary()
"""The grant of each access token that was ever used."""


@defect(
    "bearer.accepts-revoked",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-REVOKE-02", "BC-REVOKE-03"),
    since="0.2",
)
def remembers_dead_tokens(right: Right, store: Backpack, token: str) -> Grant | None:
    """An access token that was used before is accepted after the earner has revoked it."""
    used = _last_words.setdefault(store, {})
    grant: Grant | None = right(store, token)
    if grant is not None:
        used[token] = grant
    return used.get(token) if store.death_of(token) == "revoked" else grant


@defect(
    "bearer.ignores-what-follows",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-11", "BC-ISSUE-13"),
    since="0.2",
)
def ignores_what_follows(right: Right, store: Backpack, token: str) -> Grant | None:
    """A longer string that begins with an access token is accepted as that token."""
    same = (grant for grant in store.grants() if token.startswith(grant.tokens.access))
    return right(store, token) or next(same, None)


@defect(
    "bearer.ignores-the-end",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-11", "BC-ISSUE-13"),
    since="0.2",
)
def ignores_the_end(right: Right, store: Backpack, token: str) -> Grant | None:
    """The last character of an access token is not compared."""
    same = (grant for grant in store.grants() if grant.tokens.access[:-1] == token[:-1])
    return right(store, token) or next(same, None)


@defect(
    "bearer.trims-line-ends",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-11", "BC-ISSUE-13"),
    since="0.2",
)
def trims_line_ends(right: Right, store: Backpack, token: str) -> Grant | None:
    """A newline after an access token is removed."""
    grant: Grant | None = right(store, token.strip("\n"))
    return grant


@defect(
    "bearer.ignores-case-on-issue",
    bearer.authorize,
    endpoints=("issue",),
    breaks=("BC-ISSUE-13", "BC-AUTH-11"),
    since="0.2",
)
def ignores_case_on_issue(right: Right, request: web.Request, store: Backpack, scope: str) -> Grant:
    """Access tokens are compared ignoring letter case where badges are pushed."""
    token = bearer.read_token(request) if request.path.endswith("/issue") else None
    like = [
        grant for grant in store.grants() if token and grant.tokens.access.lower() == token.lower()
    ]
    is_written_otherwise = bool(like) and like[0].tokens.access != token
    grant: Grant = like[0] if is_written_otherwise else right(request, store, scope)
    return grant


@defect(
    "bearer.revived-by-a-new-grant",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-REVOKE-02",),
    since="0.2",
)
def revives_by_a_new_grant(right: Right, store: Backpack, token: str) -> Grant | None:
    """A revoked access token works again when the earner connects the site again."""
    grant: Grant | None = right(store, token)
    if grant is None and store.death_of(token) == "revoked":
        [old, *_] = [given for given in store.given if given.tokens.access == token]
        again = [living for living in store.grants_of(old.earner) if living.origin == old.origin]
        return again[-1] if again else None
    return grant


@defect(
    "bearer.dead-token-not-found",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-14",),
    since="0.2",
)
def answers_404_to_a_dead_token(right: Right, store: Backpack, token: str) -> Grant | None:
    """A token that was revoked or spent gets 404."""
    if store.death_of(token) is not None:
        raise ApiError(404, "no such grant")
    found: Grant | None = right(store, token)
    return found
