"""Wrong registrations and consent pages, as far as this API asks more of them than others."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from mock_backpack.apis.oauth import authorization, credentials, registration
from mock_backpack.apis.oauth.authorization import AuthorizationRequest
from mock_backpack.apis.oauth.server import Offer
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Tokens
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right


@defect(
    "client.scope-optional",
    registration.granted_scope,
    endpoints=("register",),
    breaks=("OB3-REG-04",),
    since="0.2",
)
def scope_optional(right: Right, metadata: Mapping[str, Any], offer: Offer) -> str:
    """A client need not say what it will ask for."""
    known = " ".join(offer.scopes)
    return known if "scope" not in metadata else str(right(metadata, offer))


@defect(
    "client.refuses-unknown-scopes",
    registration.granted_scope,
    endpoints=("register",),
    breaks=("OB3-REG-09",),
    since="0.2",
)
def refuses_unknown_scopes(right: Right, metadata: Mapping[str, Any], offer: Offer) -> str:
    """A registration with an unknown scope is refused."""
    for scope in str(metadata.get("scope", "")).split():
        if scope not in offer.scopes:
            raise registration.refused("scope: expected scopes that are offered")
    return str(right(metadata, offer))


@defect(
    "client.promises-unknown-scopes",
    registration.granted_scope,
    endpoints=("register",),
    breaks=("OB3-REG-09",),
    since="0.2",
)
def promises_unknown_scopes(right: Right, metadata: Mapping[str, Any], offer: Offer) -> str:
    """A registration says that unknown scopes are supported."""
    right(metadata, offer)
    return str(metadata["scope"])


@defect(
    "client.texts-for-arrays",
    registration.granted_use,
    endpoints=("register",),
    breaks=("OB3-REG-05",),
    since="0.2",
)
def texts_for_arrays(right: Right, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """A text may stand where an array belongs."""
    arrays = ("grant_types", "response_types")
    texts = {name: [metadata[name]] for name in arrays if isinstance(metadata.get(name), str)}
    granted: dict[str, Any] = right({**metadata, **texts})
    return granted


@defect(
    "client.more-grant-types",
    registration.granted_use,
    endpoints=("register",),
    breaks=("OB3-REG-06",),
    since="0.2",
)
def more_grant_types(right: Right, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """A client is told that it may use a grant type for which it did not ask."""
    granted: dict[str, Any] = right(metadata)
    return {**granted, "grant_types": [*granted["grant_types"], "client_credentials"]}


@defect(
    "client.whole-scope",
    authorization.granted,
    endpoints=("authorize", "accept"),
    breaks=("OB3-AUTHZ-03",),
    since="0.2",
)
def whole_scope(right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """The redirect has all that the client has registered, and not what it asked for."""
    return {**right(code, asked), "scope": " ".join(asked.client.scopes)}


@defect(
    "client.old-refresh-tokens",
    backpack.spent_by_refresh,
    endpoints=("oauth-token",),
    breaks=("OB3-TOKEN-12",),
    since="0.2",
)
def old_refresh_tokens(_right: Right, tokens: Tokens) -> tuple[str, ...]:
    """A refresh token works after a new one was given for it."""
    return (tokens.access,)


@defect(
    "client.odd-description",
    authorization.called_back,
    endpoints=("authorize",),
    breaks=("OB3-AUTHZ-09",),
    since="0.2",
)
def odd_description(right: Right, redirect_uri: str, parameters: Mapping[str, str]) -> str:
    """The description of an error has letters that it may not have (RFC 6749, 4.1.2.1)."""
    changed = dict(parameters)
    if "error_description" in changed:
        changed["error_description"] = f"«{changed['error_description']}»"
    return str(right(redirect_uri, changed))


@defect(
    "client.ignores-without-hint",
    credentials.read_fields,
    endpoints=("oauth-revoke",),
    breaks=("OB3-TOKEN-16",),
    since="0.2",
)
def ignores_without_hint(right: Right, request: web.Request) -> dict[str, str]:
    """A revocation without token_type_hint is answered with 200, and nothing is revoked."""
    fields: dict[str, str] = right(request)
    return fields if "token_type_hint" in fields else {**fields, "token": "none"}
