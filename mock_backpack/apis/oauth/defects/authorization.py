"""Wrong ways of asking earners, and of sending them back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from mock_backpack.apis.oauth import authorization
from mock_backpack.apis.oauth.authorization import AuthorizationRequest
from mock_backpack.apis.oauth.server import Offer
from mock_backpack.core.clients import Client
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("authorize",)
BOTH = ("authorize", "accept")


@defect(
    "authorization.asks-nobody",
    authorization.asks_first,
    endpoints=AT,
    breaks=("BC21-AUTHZ-01", "BC21-AUTHZ-04", "BC21-AUTHZ-14"),
    since="0.2",
)
def asks_nobody(_right: Right, _asked: AuthorizationRequest) -> bool:
    """Earners who are logged in are not asked."""
    return False


@defect(
    "authorization.mangles-state",
    authorization.granted,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-03",),
    since="0.2",
)
def mangles_state(right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """A state loses its special characters."""
    state = "".join(character for character in asked.state if character.isalnum())
    return {**right(code, asked), "state": state}


@defect(
    "authorization.denial-without-state",
    authorization.denied,
    endpoints=AT,
    breaks=("BC21-AUTHZ-04",),
    since="0.2",
)
def denial_without_state(_right: Right, _asked: AuthorizationRequest) -> dict[str, str]:
    """A denial comes back without the state."""
    return {"error": "access_denied"}


@defect(
    "authorization.redirect-by-prefix",
    authorization.is_registered,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-05",),
    since="0.2",
)
def redirect_by_prefix(_right: Right, client: Client, redirect_uri: str) -> bool:
    """A redirect URI only has to begin as a registered one."""
    return any(map(redirect_uri.startswith, client.redirect_uris))


@defect(
    "authorization.redirect-by-host",
    authorization.is_registered,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-05",),
    since="0.2",
)
def redirect_by_host(_right: Right, client: Client, redirect_uri: str) -> bool:
    """Of a redirect URI only the host is compared."""
    host = urlsplit(redirect_uri).hostname
    return any(urlsplit(known).hostname == host for known in client.redirect_uris)


@defect(
    "authorization.no-pkce",
    authorization.is_challenge,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-07",),
    since="0.2",
)
def no_pkce(right: Right, challenge: str) -> bool:
    """A code challenge may be missing."""
    return not challenge or right(challenge)


@defect(
    "authorization.any-method",
    authorization.is_method,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-08",),
    since="0.2",
)
def any_method(_right: Right, _method: str | None) -> bool:
    """The challenge may be the verifier itself."""
    return True


@defect(
    "authorization.no-state",
    authorization.is_state,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-09",),
    since="0.2",
)
def no_state(_right: Right, _state: str) -> bool:
    """A state may be missing."""
    return True


@defect(
    "authorization.no-scope",
    authorization.is_scope_there,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-09",),
    since="0.2",
)
def no_scope(_right: Right, _scopes: tuple[str, ...]) -> bool:
    """A request without a scope is as good as another."""
    return True


@defect(
    "authorization.any-response-type",
    authorization.is_code,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-09",),
    since="0.2",
)
def any_response_type(_right: Right, _response_type: str) -> bool:
    """A code is sent whatever the response type."""
    return True


@defect(
    "authorization.any-scope",
    authorization.may_ask_for,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-11",),
    since="0.2",
)
def any_scope(_right: Right, _client: Client, scopes: tuple[str, ...], offer: Offer) -> bool:
    """A client gets scopes that it has not registered."""
    return offer.are_known(scopes)


@defect(
    "authorization.drops-the-query",
    authorization.called_back,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-12",),
    since="0.2",
)
def drops_the_query(_right: Right, redirect_uri: str, parameters: Mapping[str, str]) -> str:
    """The own query of a redirect URI is lost."""
    return f"{redirect_uri.partition('?')[0]}?{urlencode(parameters)}"


@defect(
    "authorization.takes-the-first",
    authorization.is_repeated,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-13",),
    since="0.2",
)
def takes_the_first(_right: Right, _query: Any, _name: str) -> bool:
    """Of a repeated parameter the first counts."""
    return False


@defect(
    "authorization.names-no-host",
    authorization.shown_client,
    endpoints=AT,
    breaks=("BC21-AUTHZ-14",),
    since="0.2",
)
def names_no_host(right: Right, asked: AuthorizationRequest) -> dict[str, str]:
    """The consent page does not say to which site access is granted."""
    return {**right(asked), "origin": "its site"}


@defect(
    "authorization.no-scope-back",
    authorization.granted,
    endpoints=BOTH,
    breaks=("BC21-AUTHZ-15",),
    since="0.2",
)
def no_scope_back(_right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """The redirect has no scope."""
    return {"code": code, "state": asked.state}
