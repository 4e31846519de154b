"""Wrong ways of refreshing."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.oauth import credentials, tokens
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.apis.oauth.server import OFFLINE
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.clients import Client
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("oauth-token",)


@defect(
    "renewal.tokens-of-others",
    tokens.is_own_refresh,
    endpoints=AT,
    breaks=(Fact.REFRESH_AUTHENTICATED,),
    since="0.2",
)
def tokens_of_others(_right: Right, _grant: Grant, _client: Client) -> bool:
    """A client can use the refresh token of another client."""
    return True


@defect(
    "renewal.widens",
    tokens.renewed_scopes,
    endpoints=AT,
    breaks=(Fact.REFRESH_NEVER_WIDENS,),
    since="0.2",
)
def widens(_right: Right, scopes: tuple[str, ...], _granted: tuple[str, ...]) -> tuple[str, ...]:
    """A refresh gives every scope that the client asks for."""
    return scopes


@defect(
    "renewal.dead-tokens",
    tokens.renewed,
    endpoints=AT,
    breaks=(Fact.REFRESH_WORKS,),
    since="0.2",
)
def dead_tokens(right: Right, body: dict[str, object]) -> dict[str, object]:
    """The access token of a refresh does not work."""
    return {**right(body), "access_token": "never-given-out-to-anybody"}


@defect(
    "renewal.needs-no-client",
    credentials.read_credentials,
    endpoints=AT,
    breaks=(Fact.REFRESH_AUTHENTICATED,),
    since="0.2",
)
def needs_no_client(right: Right, request: web.Request, form: dict[str, str]) -> Any:
    """A refresh token is enough, since it says whose it is."""
    sent = right(request, form)
    if sent not in (None, ("", "")) or form.get("grant_type") != "refresh_token":
        return sent
    sandbox = exchange_of(request).sandbox
    grant = sandbox.backpack.grant_by_refresh(form.get("refresh_token", ""))
    client = sandbox.clients.find(grant.client) if grant else None
    return (client.id, client.secret) if client else sent


@defect(
    "renewal.no-client-in-the-body",
    credentials.read_credentials,
    endpoints=AT,
    breaks=(Fact.CREDENTIALS_IN_BODY,),
    since="0.2",
)
def no_client_in_the_body(right: Right, request: web.Request, _form: dict[str, str]) -> Any:
    """Credentials in the body are not read."""
    return right(request, {})


@defect(
    "renewal.takes-access-tokens",
    tokens.refreshable,
    endpoints=AT,
    breaks=(Fact.UNKNOWN_GRANTS_REFUSED,),
    since="0.2",
)
def takes_access_tokens(right: Right, store: Backpack, token: str) -> Grant | None:
    """An access token works as a refresh token."""
    return right(store, token) or store.grant_by_access(token)


@defect(
    "renewal.cut-tokens",
    tokens.refreshable,
    endpoints=AT,
    breaks=(Fact.UNKNOWN_GRANTS_REFUSED,),
    since="0.2",
)
def cut_tokens(right: Right, store: Backpack, token: str) -> Grant | None:
    """A refresh token may lack its end."""
    living = (grant for grant in store.grants() if token and len(token) > 20)
    near = (grant for grant in living if grant.tokens.refresh.startswith(token))
    return right(store, token) or next(near, None)


@defect(
    "renewal.never-works",
    tokens.refreshable,
    endpoints=AT,
    breaks=(Fact.REFRESH_ANSWERED, Fact.REFRESH_WORKS, Fact.CREDENTIALS_IN_BODY),
    since="0.2",
)
def never_works(_right: Right, _store: Backpack, _token: str) -> Grant | None:
    """No refresh token works."""
    return None


@defect(
    "renewal.loses-the-scope",
    tokens.renewed_scopes,
    endpoints=AT,
    breaks=(Fact.REFRESH_WORKS,),
    since="0.2",
)
def loses_the_scope(
    right: Right, scopes: tuple[str, ...], granted: tuple[str, ...]
) -> tuple[str, ...]:
    """The access token of a refresh permits nothing."""
    right(scopes, granted)
    return (OFFLINE,)


@defect(
    "renewal.no-token-type",
    tokens.renewed,
    endpoints=AT,
    breaks=(Fact.REFRESH_WORKS,),
    since="0.2",
)
def no_token_type(right: Right, body: dict[str, object]) -> dict[str, object]:
    """The answer to a refresh does not say that the token is a bearer token."""
    return {name: value for name, value in right(body).items() if name != "token_type"}


@defect(
    "renewal.adds-to-the-scope",
    tokens.renewed_scopes,
    endpoints=AT,
    breaks=(Fact.REFRESH_NEVER_WIDENS,),
    since="0.2",
)
def adds_to_the_scope(
    _right: Right, scopes: tuple[str, ...], granted: tuple[str, ...]
) -> tuple[str, ...]:
    """A refresh adds the scopes that the client names to those that were granted."""
    return tuple(dict.fromkeys((*granted, *scopes)))


@defect(
    "renewal.forgets-the-scope",
    tokens.unasked_scopes,
    endpoints=AT,
    breaks=(Fact.REFRESH_NEVER_WIDENS,),
    since="0.2",
)
def forgets_the_scope(_right: Right, _grant: Grant, client: Client) -> tuple[str, ...]:
    """A refresh that asks for no scope gives all that the client may ask for."""
    return client.scopes


@defect(
    "renewal.forgets-the-client",
    tokens.is_own_refresh,
    endpoints=AT,
    breaks=(Fact.REFRESH_AUTHENTICATED,),
    since="0.2",
)
def forgets_the_client(right: Right, grant: Grant, client: Client) -> bool:
    """The refresh token of a refresh works for every client."""
    return grant.tokens.generation > 0 or right(grant, client)
