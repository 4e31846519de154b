"""Wrong ways of revoking tokens."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.oauth import credentials, tokens
from mock_backpack.apis.oauth.errors import oauth_error
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.clients import Client
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right, wrapping

AT = ("oauth-revoke",)
SETTINGS = ("revoke",)


def _end_refresh_alone(store: Backpack, grant: Grant) -> None:
    """Let the refresh token of a grant die, and nothing else."""
    with wrapping(backpack.killed_by_revocation, lambda _right, tokens: (tokens.refresh,)):
        store.end(grant)


@defect(
    "revocation.does-nothing",
    tokens.end_refresh,
    endpoints=AT,
    breaks=(Fact.REFRESH_REVOKED, Fact.ACCESS_TOKENS_REVOKED),
    since="0.2",
)
def does_nothing(_right: Right, _backpack: Backpack, _grant: Grant) -> None:
    """A revoked refresh token lives on."""


@defect(
    "revocation.spares-access",
    tokens.end_access,
    endpoints=AT,
    breaks=(Fact.ACCESS_TOKENS_REVOKED,),
    since="0.2",
)
def spares_access(_right: Right, _backpack: Backpack, _grant: Grant) -> None:
    """A revoked access token lives on."""


@defect(
    "revocation.unknown-refused",
    tokens.unknown_token_answer,
    endpoints=AT,
    breaks=(Fact.UNKNOWN_REVOKED,),
    since="0.2",
)
def unknown_refused(_right: Right) -> web.Response:
    """The revocation of an unknown token is refused."""
    raise oauth_error("invalid_request", "token: expected a known one")


@defect(
    "revocation.of-others",
    tokens.is_own_token,
    endpoints=AT,
    breaks=(Fact.REVOKED_BY_ITS_CLIENT,),
    since="0.2",
)
def of_others(_right: Right, _grant: Grant, _client: Client) -> bool:
    """A client can revoke the tokens of another client."""
    return True


@defect(
    "revocation.settings-do-nothing",
    backpack.revoked_with_client,
    endpoints=SETTINGS,
    breaks=(Fact.ACCESS_LISTED, Fact.ACCESS_REVOKED),
    since="0.2",
)
def settings_do_nothing(_right: Right, _store: Backpack, _earner: str, _client: str) -> list[Grant]:
    """Revoking a client in the settings ends nothing."""
    return []


@defect(
    "revocation.ends-all-clients",
    backpack.revoked_with_client,
    endpoints=SETTINGS,
    breaks=(Fact.OTHERS_SPARED,),
    since="0.2",
)
def ends_all_clients(_right: Right, store: Backpack, earner: str, _client: str) -> list[Grant]:
    """Revoking a client ends the earner's other grants, too."""
    return store.grants_of(earner)


@defect(
    "revocation.status-204",
    tokens.revoked_answer,
    endpoints=AT,
    breaks=(Fact.REFRESH_REVOCATION_ANSWERED, Fact.ACCESS_REVOCATION_ANSWERED),
    since="0.2",
)
def status_204(_right: Right) -> web.Response:
    """A revocation is answered with 204."""
    return web.Response(status=204)


@defect(
    "revocation.spares-access-of-refresh",
    tokens.end_refresh,
    endpoints=AT,
    breaks=(Fact.ACCESS_ENDS_WITH_REFRESH,),
    since="0.2",
)
def spares_access_of_refresh(_right: Right, store: Backpack, grant: Grant) -> None:
    """The access token of a revoked refresh token lives on."""
    _end_refresh_alone(store, grant)


@defect(
    "revocation.access-refused",
    tokens.end_access,
    endpoints=AT,
    breaks=(Fact.ACCESS_REVOCATION_ANSWERED,),
    since="0.2",
)
def access_refused(_right: Right, _store: Backpack, _grant: Grant) -> None:
    """The revocation of an access token is refused."""
    raise oauth_error("unsupported_token_type", "token: expected a refresh token")


@defect(
    "revocation.needs-no-client",
    credentials.read_credentials,
    endpoints=AT,
    breaks=(Fact.REVOKED_BY_ITS_CLIENT,),
    since="0.2",
)
def needs_no_client(right: Right, request: web.Request, form: dict[str, str]) -> Any:
    """A refresh token is enough, since it says whose it is."""
    sandbox = exchange_of(request).sandbox
    grant = sandbox.backpack.grant_by_refresh(form.get("token", ""))
    client = sandbox.clients.find(grant.client) if grant else None
    sent = right(request, form)
    return (client.id, client.secret) if client and sent is None else sent


@defect(
    "revocation.settings-fail",
    backpack.revoked_with_client,
    endpoints=SETTINGS,
    breaks=(Fact.ACCESS_LISTED,),
    since="0.2",
)
def settings_fail(_right: Right, _store: Backpack, _earner: str, _client: str) -> list[Grant]:
    """Revoking a client in the settings is a server error."""
    raise Crash("no such table: clients")


@defect(
    "revocation.settings-spare-refresh",
    backpack.revoked_with_client,
    endpoints=SETTINGS,
    breaks=(Fact.ACCESS_REVOKED,),
    since="0.2",
)
def settings_spare_refresh(right: Right, store: Backpack, earner: str, client: str) -> list[Grant]:
    """A refresh token works after the earner has revoked access."""
    for grant in right(store, earner, client):
        store.end_access(grant)
    return []


@defect(
    "revocation.settings-spare-access",
    backpack.revoked_with_client,
    endpoints=SETTINGS,
    breaks=(Fact.ACCESS_REVOKED,),
    since="0.2",
)
def settings_spare_access(right: Right, store: Backpack, earner: str, client: str) -> list[Grant]:
    """An access token works after the earner has revoked access."""
    for grant in right(store, earner, client):
        _end_refresh_alone(store, grant)
    return []


@defect(
    "revocation.ends-all-earners",
    backpack.revoked_with_client,
    endpoints=SETTINGS,
    breaks=(Fact.OTHERS_SPARED,),
    since="0.2",
)
def ends_all_earners(_right: Right, store: Backpack, _earner: str, client: str) -> list[Grant]:
    """Revoking a client ends the access that other earners have granted, too."""
    return [grant for grant in store.grants() if grant.client == client]


@defect(
    "revocation.takes-the-badges",
    backpack.revoked_with_client,
    endpoints=SETTINGS,
    breaks=(Fact.OTHERS_SPARED,),
    since="0.2",
)
def takes_the_badges(right: Right, store: Backpack, earner: str, client: str) -> list[Grant]:
    """Revoking a client deletes the earner's badges."""
    store.earner(earner).badges.clear()
    dying: list[Grant] = right(store, earner, client)
    return dying


@defect(
    "revocation.spares-the-refreshed",
    tokens.end_refresh,
    endpoints=AT,
    breaks=(Fact.REFRESH_REVOKED, Fact.ACCESS_ENDS_WITH_REFRESH),
    since="0.2",
)
def spares_the_refreshed(right: Right, store: Backpack, grant: Grant) -> None:
    """A revoked refresh token lives on if it came from a refresh."""
    if not grant.tokens.generation:
        right(store, grant)


@defect(
    "revocation.settings-end-one-grant",
    backpack.revoked_with_client,
    endpoints=SETTINGS,
    breaks=(Fact.ACCESS_REVOKED,),
    since="0.2",
)
def settings_end_one_grant(right: Right, store: Backpack, earner: str, client: str) -> list[Grant]:
    """Of a client that the earner has granted access twice, revoking ends the newer grant alone."""
    grants: list[Grant] = right(store, earner, client)
    return grants[-1:]
