"""Wrong ways of taking a permission back."""

from weakref import WeakKeyDictionary

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.apis.connect import bearer, pages
from mock_backpack.apis.pages import see_other
from mock_backpack.core import backpack, sessions
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant, Tokens
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.core.sessions import Session


@defect(
    "revoke.fails", pages.take_back, endpoints=("revoke",), breaks=("BC-REVOKE-01",), since="0.1"
)
def fails(_right: Right, _kept: Backpack, _earner: str, _origin: str) -> None:
    """Revoking causes a server error."""
    raise Crash("no such table: revocations")


@defect(
    "revoke.does-nothing",
    pages.take_back,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-02", "BC-REVOKE-03", "BC-TOKEN-14"),
    since="0.1",
)
def does_nothing(_right: Right, _kept: Backpack, _earner: str, _origin: str) -> None:
    """Revoking does nothing."""


@defect(
    "revoke.kills-refresh-only",
    backpack.killed_by_revocation,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-02", "BC-REVOKE-03"),
    since="0.1",
)
def spares_access_tokens(_right: Right, tokens: Tokens) -> tuple[str, ...]:
    """Access tokens work after the earner has revoked access."""
    return (tokens.refresh,)


@defect(
    "revoke.kills-one-grant",
    backpack.revoked_by,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-03",),
    since="0.1",
)
def kills_one_grant(right: Right, store: Backpack, earner: str, origin: str) -> list[Grant]:
    """Revoking ends only the oldest grant of the origin."""
    dying: list[Grant] = right(store, earner, origin)
    return dying[:1]


@defect(
    "revoke.kills-all-origins",
    backpack.revoked_by,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-03",),
    since="0.1",
)
def kills_all_origins(_right: Right, store: Backpack, earner: str, _origin: str) -> list[Grant]:
    """Revoking ends the grants of all origins."""
    return store.grants_of(earner)


@defect(
    "revoke.kills-all-earners",
    backpack.revoked_by,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-03",),
    since="0.1",
)
def kills_all_earners(_right: Right, store: Backpack, _earner: str, origin: str) -> list[Grant]:
    """Revoking ends the grants of all earners."""
    return [grant for grant in store.grants() if grant.origin == origin]


@defect(
    "revoke.removes-badges",
    backpack.kept_badges,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-04",),
    since="0.1",
)
def removes_badges(_right: Right, _earner: Earner) -> dict[tuple[str, str], Badge]:
    """Revoking deletes the earner's badges."""
    return {}


_first_grants: WeakKeyDictionary[Backpack, dict[tuple[str, str], int]] = WeakKeyDictionary()
"""Number of the first grant of each earner and origin that was used."""


@defect(
    "revoke.for-ever",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-REVOKE-04", "BC-REVOKE-06"),
    since="0.1",
)
def never_forgives(right: Right, store: Backpack, token: str) -> Grant | None:
    """After an origin was revoked once, its new grants do not work."""
    grant: Grant | None = right(store, token)
    first_seen = _first_grants.setdefault(store, {})
    if grant is None:
        return None
    first = first_seen.setdefault((grant.earner, grant.origin), grant.number)
    is_revoked = all(grant.number != first for grant in store.grants())
    return None if is_revoked else grant


@defect(
    "revoke.spares-twice-refreshed",
    backpack.killed_by_revocation,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-02",),
    since="0.2",
)
def spares_what_was_refreshed_twice(right: Right, tokens: Tokens) -> tuple[str, ...]:
    """The access token of a grant that was refreshed twice survives revocation."""
    dying: tuple[str, ...] = right(tokens)
    return (tokens.refresh,) if tokens.generation > 1 else dying


@defect(
    "revoke.kills-what-was-refreshed",
    backpack.revoked_by,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-03",),
    since="0.2",
)
def kills_what_was_refreshed(
    right: Right, store: Backpack, earner: str, origin: str
) -> list[Grant]:
    """Revoking an origin ends refreshed grants of other origins too."""
    dying: list[Grant] = right(store, earner, origin)
    refreshed = [grant for grant in store.grants_of(earner) if grant.tokens.generation]
    return [*dying, *(grant for grant in refreshed if grant not in dying)]


@defect(
    "revoke.without-csrf",
    sessions.check_csrf,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-05",),
    since="0.2",
)
def takes_back_for_anybody(right: Right, session: Session, sent: str, form: str) -> None:
    """The revoke form needs no CSRF token."""
    if form != "revoke":
        right(session, sent, form)


@defect(
    "revoke.csrf-of-anybody",
    sessions.check_csrf,
    endpoints=("revoke",),
    breaks=("BC-REVOKE-05",),
    since="0.2",
)
def takes_any_csrf_token(right: Right, session: Session, sent: str, form: str) -> None:
    """The revoke form accepts the CSRF token of any session."""
    if form != "revoke" or len(sent) != len(session.csrf):
        right(session, sent, form)


@defect(
    "revoke.by-get", answers.answered, endpoints=("revoke",), breaks=("BC-REVOKE-05",), since="0.2"
)
def takes_back_by_get(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A link can revoke."""
    if request.method == "GET" and request.path.endswith("/revoke-origin"):
        sandbox = exchange_of(request).sandbox
        earner = sandbox.sessions.of(request).earner
        if earner is not None:
            sandbox.backpack.revoke(earner, request.query.get("origin", ""))
            return see_other(f"{sandbox.base}/settings")
    answer: web.StreamResponse = right(request, response)
    return answer


@defect(
    "revoke.keeps-its-row",
    answers.answered,
    endpoints=("accept",),
    breaks=("BC-REVOKE-06",),
    since="0.2",
)
def keeps_its_row(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A new grant after a revocation causes a server error."""
    store = exchange_of(request).sandbox.backpack
    newest = store.newest_grant() if request.path.endswith("/accept") else None
    for old in store.given:
        is_same = newest and (old.earner, old.origin) == (newest.earner, newest.origin)
        if is_same and store.death_of(old.tokens.refresh) == "revoked":
            raise Crash("UNIQUE constraint failed: grants.earner, grants.origin")
    answer: web.StreamResponse = right(request, response)
    return answer


@defect(
    "revoke.hides-what-was-refreshed",
    pages.listed_origins,
    endpoints=("settings",),
    breaks=("BC-REVOKE-01",),
    since="0.2",
)
def hides_what_was_refreshed(right: Right, store: Backpack, earner: str) -> list[str]:
    """The settings page does not show an origin once its tokens were refreshed."""
    refreshed = {grant.origin for grant in store.grants_of(earner) if grant.tokens.generation}
    return [origin for origin in right(store, earner) if origin not in refreshed]


@defect(
    "revoke.lists-the-first-origin-only",
    pages.listed_origins,
    endpoints=("settings",),
    breaks=("BC-REVOKE-01",),
    since="0.2",
)
def lists_the_first_origin(right: Right, store: Backpack, earner: str) -> list[str]:
    """The settings page shows only the origin that was granted first."""
    origins: list[str] = right(store, earner)
    return origins[:1]


@defect(
    "revoke.hides-the-expired",
    pages.listed_origins,
    endpoints=("settings",),
    breaks=("BC-REVOKE-01",),
    since="0.2",
)
def hides_the_expired(right: Right, store: Backpack, earner: str) -> list[str]:
    """The settings page shows only origins whose access token has not expired."""
    alive = {grant.origin for grant in store.grants_of(earner) if not store.is_expired(grant)}
    return [origin for origin in right(store, earner) if origin in alive]
