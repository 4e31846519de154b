"""Wrong grants and denials, as the callback receives them."""

import hashlib
from itertools import count
from urllib.parse import urlsplit

from mock_backpack.apis.connect import ask, bearer
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Grant
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import Right


def _without(name: str, right: Right, *arguments: object) -> dict[str, str]:
    return {key: value for key, value in right(*arguments).items() if key != name}


@defect(
    "connect.expires-missing",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-05",),
    since="0.1",
)
def forgets_expires(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback does not receive the lifetime of the token."""
    return _without("expires", right, grant, expires, api_root)


@defect(
    "connect.api-root-missing",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-05",),
    since="0.1",
)
def forgets_api_root(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback does not receive api_root."""
    return _without("api_root", right, grant, expires, api_root)


@defect(
    "connect.refresh-token-empty",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-05",),
    since="0.1",
)
def gives_no_refresh_token(
    right: Right, grant: Grant, expires: int, api_root: str
) -> dict[str, str]:
    """The callback receives an empty refresh_token."""
    return {**right(grant, expires, api_root), "refresh_token": ""}


@defect(
    "connect.error-on-success",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-06",),
    since="0.1",
)
def tells_an_error(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback receives an error parameter although access was granted."""
    return {**right(grant, expires, api_root), "error": "none"}


@defect(
    "connect.denied-without-error",
    ask.denied_parameters,
    endpoints=("access",),
    breaks=("BC-CONNECT-07",),
    since="0.1",
)
def denies_in_silence(_right: Right) -> dict[str, str]:
    """The callback does not receive that the earner denied access."""
    return {}


@defect(
    "connect.denied-with-other-error",
    ask.denied_parameters,
    endpoints=("access",),
    breaks=("BC-CONNECT-07",),
    since="0.1",
)
def denies_in_other_words(_right: Right) -> dict[str, str]:
    """The callback receives denied instead of access_denied."""
    return {"error": "denied"}


@defect(
    "connect.denied-with-tokens",
    ask.denied_parameters,
    endpoints=("access",),
    breaks=("BC-CONNECT-03", "BC-CONNECT-07"),
    since="0.1",
)
def denies_and_grants(right: Right) -> dict[str, str]:
    """The link to deny sends an access token to the callback, and so reveals it before the earner
    acts.
    """
    return {**right(), "access_token": "a-token-that-nobody-granted"}


@defect(
    "connect.expires-negative",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-08",),
    since="0.1",
)
def expires_in_the_past(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback receives a negative number of seconds."""
    return {**right(grant, expires, api_root), "expires": f"-{expires}"}


@defect(
    "connect.expires-date",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-08",),
    since="0.1",
)
def expires_at_a_date(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback receives a date instead of seconds."""
    return {**right(grant, expires, api_root), "expires": "2030-01-01T00:00:00Z"}


@defect(
    "connect.relative-api-root",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-09",),
    since="0.1",
)
def tells_a_path(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback receives a path instead of an absolute api_root."""
    return {**right(grant, expires, api_root), "api_root": urlsplit(api_root).path}


@defect(
    "connect.short-tokens",
    backpack.new_token,
    endpoints=("accept", "token"),
    breaks=("BC-CONNECT-15",),
    since="0.1",
)
def makes_short_tokens(right: Right, randomness: Randomness, length: int) -> str:
    """Tokens have eight characters, which can be guessed in an afternoon."""
    return str(right(randomness, length))[:8]


@defect(
    "connect.scope-forgotten",
    bearer.has_scope,
    endpoints=("issue", "identity"),
    breaks=(
        "BC-CONNECT-14",
        "BC-AUTH-01",
        "BC-ISSUE-01",
        "BC-ISSUE-02",
        "BC-ISSUE-03",
        "BC-ISSUE-05",
        "BC-ISSUE-17",
        "BC-ISSUE-18",
        "BC-TOKEN-03",
        "BC-IDENT-01",
    ),
    since="0.1",
)
def forgets_the_scope_of_the_grant(_right: Right, _grant: Grant, _scope: str) -> bool:
    """A granted scope is not honoured: every token lacks it."""
    return False


@defect(
    "connect.refresh-token-dead",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-05", "BC-TOKEN-01"),
    since="0.2",
)
def gives_a_dead_refresh_token(
    right: Right, grant: Grant, expires: int, api_root: str
) -> dict[str, str]:
    """The callback receives an unknown refresh token."""
    return {**right(grant, expires, api_root), "refresh_token": grant.tokens.refresh[::-1]}


_counted = count()
"""Numbers of which a careless server makes tokens."""


@defect(
    "connect.tokens-hash-a-counter",
    backpack.new_token,
    endpoints=("accept", "token"),
    breaks=("BC-CONNECT-15",),
    since="0.2",
)
def hashes_a_counter(_right: Right, _randomness: Randomness, _length: int) -> str:
    """Tokens are hashes of a number that counts up."""
    return hashlib.sha256(str(next(_counted)).encode()).hexdigest()
