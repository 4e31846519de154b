"""Wrong ways of looking at the Authorization header."""

from aiohttp import web
from attrs import evolve

from mock_backpack import backpack, bearer
from mock_backpack.backpack import Backpack, Grant
from mock_backpack.seams import Crash, Right, defect


@defect("bearer.accepts-raw", bearer.read_token, breaks=("BC-AUTH-03",))
def reads_the_raw_token(right: Right, request: web.Request) -> str | None:
    """A token that is not base64 is taken as it is."""
    token: str | None = right(request)
    return request.headers["Authorization"].partition(" ")[2] if token == "" else token


@defect(
    "bearer.accepts-anonymous",
    bearer.authorize,
    breaks=("BC-AUTH-04", "BC-AUTH-10", "BC-ISSUE-13"),
)
def needs_no_header(right: Right, request: web.Request, kept: Backpack, scope: str) -> Grant:
    """Who sends no credentials acts under the grant that was given last."""
    if "Authorization" not in request.headers:
        return kept.grants()[-1]
    grant: Grant = right(request, kept, scope)
    return grant


@defect(
    "bearer.accepts-any",
    bearer.find_grant,
    breaks=(
        "BC-AUTH-03",
        "BC-AUTH-05",
        "BC-AUTH-11",
        "BC-ISSUE-13",
        "BC-TOKEN-05",
        "BC-REVOKE-02",
        "BC-REVOKE-03",
    ),
)
def takes_any_token(right: Right, kept: Backpack, token: str) -> Grant | None:
    """Any token that nobody knows stands for the last grant."""
    return right(kept, token) or next(reversed(kept.grants()), None)


@defect("bearer.accepts-prefix", bearer.find_grant, breaks=("BC-AUTH-11",))
def takes_a_prefix(right: Right, kept: Backpack, token: str) -> Grant | None:
    """The beginning of a token is enough."""
    begun = (one for one in kept.grants() if len(token) > 8 and one.tokens.access.startswith(token))
    return right(kept, token) or next(begun, None)


@defect("bearer.ignores-case", bearer.find_grant, breaks=("BC-AUTH-11",))
def ignores_case(right: Right, kept: Backpack, token: str) -> Grant | None:
    """Tokens are compared without regard to case."""
    same = (one for one in kept.grants() if one.tokens.access.lower() == token.lower())
    return right(kept, token) or next(same, None)


@defect("bearer.trims-blanks", bearer.find_grant, breaks=("BC-AUTH-11",))
def trims_blanks(right: Right, kept: Backpack, token: str) -> Grant | None:
    """Blanks around a token are ignored."""
    found: Grant | None = right(kept, token.strip())
    return found


@defect("bearer.accepts-expired", bearer.is_expired, breaks=("BC-AUTH-06", "BC-ISSUE-12"))
def forgets_expiry(_right: Right, _kept: Backpack, _grant: Grant) -> bool:
    """Tokens never expire."""
    return False


@defect("bearer.expires-early", backpack.lifetime, breaks=("BC-AUTH-07",))
def expires_early(right: Right, seconds: int) -> float:
    """Tokens live half as long as was said."""
    return float(right(seconds)) / 2


@defect("bearer.expires-late", backpack.lifetime, breaks=("BC-AUTH-06", "BC-ISSUE-12"))
def expires_late(right: Right, seconds: int) -> float:
    """Tokens live twice as long as was said."""
    return float(right(seconds)) * 2


@defect("bearer.other-earner", bearer.authorize, breaks=("BC-AUTH-12",))
def mixes_earners_up(right: Right, request: web.Request, kept: Backpack, scope: str) -> Grant:
    """Every token acts for the earner who granted last."""
    grant: Grant = right(request, kept, scope)
    return evolve(grant, earner=kept.grants()[-1].earner)


@defect("bearer.accepts-query-token", bearer.read_token, breaks=("BC-AUTH-10",))
def reads_the_query(right: Right, request: web.Request) -> str | None:
    """A token in the query is as good as one in the header."""
    token: str | None = right(request)
    return request.query.get("access_token") if token is None else token


@defect("bearer.case-sensitive-scheme", bearer.read_token, breaks=("BC-AUTH-09",))
def wants_a_capital(right: Right, request: web.Request) -> str | None:
    """The scheme must be written Bearer."""
    token: str | None = right(request)
    return token if request.headers.get("Authorization", "Bearer").startswith("Bearer") else None


@defect("bearer.crashes-on-bad-base64", bearer.read_token, breaks=("BC-AUTH-02", "BC-AUTH-03"))
def crashes_on_bad_base64(right: Right, request: web.Request) -> str | None:
    """Credentials that are no base64 end in a server error."""
    token: str | None = right(request)
    if token == "":
        raise Crash("incorrect padding")
    return token


@defect("bearer.no-www-authenticate", bearer.challenge, breaks=("BC-AUTH-14",))
def does_not_challenge(_right: Right, _error: str | None, _description: str) -> dict[str, str]:
    """A 401 has no WWW-Authenticate header."""
    return {}


@defect("bearer.challenge-without-error", bearer.challenge, breaks=("BC-AUTH-14",))
def does_not_say_why(right: Right, _error: str | None, _description: str) -> dict[str, str]:
    """WWW-Authenticate does not say that the token was invalid."""
    return dict(right(None, ""))
