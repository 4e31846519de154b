"""Wrong ways of reading an access token from a request, and of asking for one."""

import re

from aiohttp import web

from mock_backpack.apis.connect import bearer
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right


@defect(
    "bearer.accepts-raw",
    bearer.read_token,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-03", "BC-ISSUE-13"),
    since="0.1",
)
def reads_the_raw_token(right: Right, request: web.Request) -> str | None:
    """A token that is not base64 is used as it is."""
    token: str | None = right(request)
    return request.headers["Authorization"].partition(" ")[2] if token == "" else token


@defect(
    "bearer.accepts-query-token",
    bearer.read_token,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-10",),
    since="0.1",
)
def reads_the_query(right: Right, request: web.Request) -> str | None:
    """A token in the query is as good as one in the header."""
    token: str | None = right(request)
    return request.query.get("access_token") if token is None else token


@defect(
    "bearer.case-sensitive-scheme",
    bearer.read_token,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-09",),
    since="0.1",
)
def wants_a_capital(right: Right, request: web.Request) -> str | None:
    """The scheme must be written Bearer."""
    token: str | None = right(request)
    return token if request.headers.get("Authorization", "Bearer").startswith("Bearer") else None


@defect(
    "bearer.crashes-on-bad-base64",
    bearer.read_token,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-02", "BC-AUTH-03", "BC-ISSUE-13", "BC-SAFE-10"),
    since="0.1",
)
def crashes_on_bad_base64(right: Right, request: web.Request) -> str | None:
    """Credentials that are not base64 cause a server error."""
    token: str | None = right(request)
    if token == "":
        raise Crash("incorrect padding")
    return token


@defect(
    "bearer.crashes-on-two-words",
    bearer.read_token,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-02",),
    since="0.2",
)
def unpacks_two_words(right: Right, request: web.Request) -> str | None:
    """Credentials that contain a space cause a server error."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer ") and header.count(" ") > 1:
        raise Crash("too many values to unpack (expected 2)")
    token: str | None = right(request)
    return token


@defect(
    "bearer.no-www-authenticate",
    bearer.challenge,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-14",),
    since="0.1",
)
def does_not_challenge(_right: Right, _error: str | None, _description: str) -> dict[str, str]:
    """A 401 has no WWW-Authenticate header."""
    return {}


@defect(
    "bearer.challenge-without-error",
    bearer.challenge,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-14",),
    since="0.1",
)
def does_not_say_why(right: Right, _error: str | None, _description: str) -> dict[str, str]:
    """WWW-Authenticate does not say that the token was invalid."""
    return dict(right(None, ""))


@defect(
    "bearer.any-scheme",
    bearer.read_token,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-04",),
    since="0.2",
)
def takes_any_scheme(right: Right, request: web.Request) -> str | None:
    """An access token is read under any scheme of the Authorization header."""
    token: str | None = right(request)
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    return bearer.decoded(credentials) if token is None and scheme else token


@defect(
    "bearer.no-scheme",
    bearer.read_token,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-04",),
    since="0.2",
)
def needs_no_scheme(right: Right, request: web.Request) -> str | None:
    """An access token is read without a scheme in the Authorization header."""
    token: str | None = right(request)
    header = request.headers.get("Authorization", "")
    return bearer.decoded(header) if token is None and header and " " not in header else token


@defect(
    "bearer.accepts-query-token-on-issue",
    bearer.read_token,
    endpoints=("issue",),
    breaks=("BC-AUTH-10",),
    since="0.2",
)
def reads_the_query_of_a_push(right: Right, request: web.Request) -> str | None:
    """A push may carry its access token in the query."""
    token: str | None = right(request)
    is_push = request.path.endswith("/issue")
    return request.query.get("access_token") if token is None and is_push else token


@defect(
    "bearer.accepts-body-token",
    bearer.read_token,
    endpoints=("issue", "identity"),
    breaks=("BC-AUTH-10",),
    since="0.2",
)
def reads_the_body(right: Right, request: web.Request) -> str | None:
    """A push may carry its access token in the body."""
    token: str | None = right(request)
    match = re.search(rb'"access_token": "([^"]+)"', exchange_of(request).body)
    return match[1].decode() if token is None and match else token
