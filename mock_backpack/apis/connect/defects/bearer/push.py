"""Wrong ways of checking an access token when a badge is pushed, and right ones elsewhere."""

from aiohttp import web

from mock_backpack.apis.connect import bearer
from mock_backpack.apis.connect.defects.bearer import header, token
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right, Seam, Wrapper, wrapping


def _when_pushed(
    seam: Seam, wrapper: Wrapper, right: Right, request: web.Request, store: Backpack, scope: str
) -> Grant:
    """The grant of a request, found in a wrong way if it pushes a badge."""
    if not request.path.endswith("/issue"):
        return right(request, store, scope)  # type: ignore[no-any-return]
    with wrapping(seam, wrapper):
        return right(request, store, scope)  # type: ignore[no-any-return]


@defect(
    "bearer.raw-token-pushes",
    bearer.authorize,
    endpoints=("issue",),
    breaks=("BC-AUTH-03", "BC-ISSUE-13"),
    since="0.2",
)
def pushes_with_a_raw_token(
    right: Right, request: web.Request, store: Backpack, scope: str
) -> Grant:
    """A token that is not base64 pushes, but does not read the identity."""
    wrapper = header.reads_the_raw_token.behave
    return _when_pushed(bearer.read_token, wrapper, right, request, store, scope)


@defect(
    "bearer.prefix-pushes",
    bearer.authorize,
    endpoints=("issue",),
    breaks=("BC-AUTH-11", "BC-ISSUE-13"),
    since="0.2",
)
def pushes_with_a_prefix(right: Right, request: web.Request, store: Backpack, scope: str) -> Grant:
    """The beginning of a token pushes, but does not read the identity."""
    wrapper = token.takes_a_prefix.behave
    return _when_pushed(bearer.find_grant, wrapper, right, request, store, scope)


@defect(
    "bearer.case-sensitive-scheme-on-issue",
    bearer.authorize,
    endpoints=("issue",),
    breaks=("BC-AUTH-09",),
    since="0.2",
)
def pushes_with_a_capital(right: Right, request: web.Request, store: Backpack, scope: str) -> Grant:
    """The scheme must be written Bearer when a badge is pushed."""
    wrapper = header.wants_a_capital.behave
    return _when_pushed(bearer.read_token, wrapper, right, request, store, scope)


@defect(
    "bearer.no-challenge-on-issue",
    bearer.authorize,
    endpoints=("issue",),
    breaks=("BC-AUTH-14",),
    since="0.2",
)
def does_not_challenge_a_push(
    right: Right, request: web.Request, store: Backpack, scope: str
) -> Grant:
    """A 401 of issue has no WWW-Authenticate header."""
    wrapper = header.does_not_challenge.behave
    return _when_pushed(bearer.challenge, wrapper, right, request, store, scope)


def _finds_old(right: Right, store: Backpack, access: str) -> Grant | None:
    given = (grant for grant in store.given if grant.tokens.access == access)
    old = next(given, None)
    found: Grant | None = right(store, access)
    return found or (store.find_grant(old.number) if old else None)


@defect(
    "bearer.old-token-pushes",
    bearer.authorize,
    endpoints=("issue",),
    breaks=("BC-TOKEN-05", "BC-ISSUE-13"),
    since="0.2",
)
def pushes_with_an_old_token(
    right: Right, request: web.Request, store: Backpack, scope: str
) -> Grant:
    """An access token from before a refresh pushes, but does not read the identity."""
    return _when_pushed(bearer.find_grant, _finds_old, right, request, store, scope)
