"""Wrong ways of refreshing."""

from mock_backpack.apis.oauth import tokens
from mock_backpack.core.backpack import Grant
from mock_backpack.core.clients import Client
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("oauth-token",)


@defect(
    "renewal.tokens-of-others",
    tokens.is_own_refresh,
    endpoints=AT,
    breaks=("BC21-TOKEN-15",),
    since="0.2",
)
def tokens_of_others(_right: Right, _grant: Grant, _client: Client) -> bool:
    """A client can use the refresh token of another client."""
    return True


@defect(
    "renewal.widens",
    tokens.renewed_scopes,
    endpoints=AT,
    breaks=("BC21-TOKEN-16",),
    since="0.2",
)
def widens(_right: Right, scopes: tuple[str, ...], _granted: tuple[str, ...]) -> tuple[str, ...]:
    """A refresh gives every scope that the client asks for."""
    return scopes


@defect(
    "renewal.dead-tokens",
    tokens.renewed,
    endpoints=AT,
    breaks=("BC21-TOKEN-14",),
    since="0.2",
)
def dead_tokens(right: Right, body: dict[str, object]) -> dict[str, object]:
    """The access token of a refresh does not work."""
    return {**right(body), "access_token": "never-given-out-to-anybody"}
