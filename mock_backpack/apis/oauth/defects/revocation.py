"""Wrong ways of revoking tokens."""

from aiohttp import web

from mock_backpack.apis.oauth import tokens
from mock_backpack.apis.oauth.errors import oauth_error
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.clients import Client
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("oauth-revoke",)


@defect(
    "revocation.does-nothing",
    tokens.end_refresh,
    endpoints=AT,
    breaks=("BC21-REV-04",),
    since="0.2",
)
def does_nothing(_right: Right, _backpack: Backpack, _grant: Grant) -> None:
    """A revoked refresh token lives on."""


@defect(
    "revocation.spares-access",
    tokens.end_access,
    endpoints=AT,
    breaks=("BC21-REV-05",),
    since="0.2",
)
def spares_access(_right: Right, _backpack: Backpack, _grant: Grant) -> None:
    """A revoked access token lives on."""


@defect(
    "revocation.unknown-refused",
    tokens.unknown_token_answer,
    endpoints=AT,
    breaks=("BC21-REV-06",),
    since="0.2",
)
def unknown_refused(_right: Right) -> web.Response:
    """The revocation of an unknown token is refused."""
    raise oauth_error("invalid_request", "token: expected a known one")


@defect(
    "revocation.of-others",
    tokens.is_own_token,
    endpoints=AT,
    breaks=("BC21-REV-07",),
    since="0.2",
)
def of_others(_right: Right, _grant: Grant, _client: Client) -> bool:
    """A client can revoke the tokens of another client."""
    return True


@defect(
    "revocation.settings-do-nothing",
    backpack.revoked_with_client,
    endpoints=("revoke",),
    breaks=("BC21-REV-02",),
    since="0.2",
)
def settings_do_nothing(_right: Right, _store: Backpack, _earner: str, _client: str) -> list[Grant]:
    """Revoking a client in the settings ends nothing."""
    return []


@defect(
    "revocation.ends-all-clients",
    backpack.revoked_with_client,
    endpoints=("revoke",),
    breaks=("BC21-REV-03",),
    since="0.2",
)
def ends_all_clients(_right: Right, store: Backpack, earner: str, _client: str) -> list[Grant]:
    """Revoking a client ends the earner's other grants, too."""
    return store.grants_of(earner)
