"""Wrong ways of registering clients."""

import hashlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.oauth import registration
from mock_backpack.apis.oauth.errors import NO_STORE
from mock_backpack.apis.oauth.server import Offer, scopes_of
from mock_backpack.core import clients
from mock_backpack.core.clients import Client
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import Right

AT = ("register",)


def _answer(client: Client, **changes: Any) -> web.Response:
    """The good answer with changes; ``None`` takes a member away."""
    body = {
        **client.metadata,
        "client_id": client.id,
        "client_secret": client.secret,
        "client_id_issued_at": client.issued_at,
        "client_secret_expires_at": client.secret_expires_at,
        **changes,
    }
    kept = {name: value for name, value in body.items() if value is not None}
    return json_answer(kept, NO_STORE, status=201)


@defect(
    "registration.status-200",
    registration.registered_answer,
    endpoints=AT,
    breaks=("BC21-REG-01",),
    since="0.2",
)
def status_200(right: Right, client: Client) -> web.Response:
    """A registration is answered with 200."""
    answer: web.Response = right(client)
    answer.set_status(200)
    return answer


@defect(
    "registration.no-issued-at",
    registration.registered_answer,
    endpoints=AT,
    breaks=("BC21-REG-03",),
    since="0.2",
)
def no_issued_at(_right: Right, client: Client) -> web.Response:
    """The answer does not say when the client was registered."""
    return _answer(client, client_id_issued_at=None)


@defect(
    "registration.milliseconds",
    registration.registered_answer,
    endpoints=AT,
    breaks=("BC21-REG-03",),
    since="0.2",
)
def milliseconds(_right: Right, client: Client) -> web.Response:
    """The time of the registration is in milliseconds."""
    return _answer(client, client_id_issued_at=client.issued_at * 1000)


@defect(
    "registration.no-expiry",
    registration.registered_answer,
    endpoints=AT,
    breaks=("BC21-REG-04",),
    since="0.2",
)
def no_expiry(_right: Right, client: Client) -> web.Response:
    """The answer does not say when the secret expires."""
    return _answer(client, client_secret_expires_at=None)


@defect(
    "registration.forgets-a-member",
    registration.registered_answer,
    endpoints=AT,
    breaks=("BC21-REG-05",),
    since="0.2",
)
def forgets_a_member(_right: Right, client: Client) -> web.Response:
    """The answer lacks one of the members that were sent."""
    return _answer(client, software_version=None)


@defect(
    "registration.one-redirect",
    registration.registered_answer,
    endpoints=AT,
    breaks=("BC21-REG-06",),
    since="0.2",
)
def one_redirect(_right: Right, client: Client) -> web.Response:
    """Of several redirect URIs the answer has the first."""
    return _answer(client, redirect_uris=list(client.redirect_uris[:1]))


@defect(
    "registration.another-secret",
    registration.registered_answer,
    endpoints=AT,
    breaks=("BC21-REG-07",),
    since="0.2",
)
def another_secret(_right: Right, client: Client) -> web.Response:
    """The answer has the stored hash in place of the secret."""
    return _answer(client, client_secret=hashlib.sha256(client.secret.encode()).hexdigest())


@defect(
    "registration.takes-anything",
    registration.check_required,
    endpoints=AT,
    breaks=("BC21-REG-08",),
    since="0.2",
)
def takes_anything(_right: Right, metadata: dict[str, Any]) -> None:
    """Required members may be missing."""
    metadata.setdefault("client_name", "A client")


@defect(
    "registration.takes-http",
    registration.check_urls,
    endpoints=AT,
    breaks=("BC21-REG-09",),
    since="0.2",
)
def takes_http(
    _right: Right,
    _metadata: Mapping[str, Any],
    _has_tls: bool,  # noqa: FBT001 - a fact
) -> None:
    """URLs may have any scheme."""


@defect(
    "registration.several-hosts",
    registration.check_hosts,
    endpoints=AT,
    breaks=("BC21-REG-10",),
    since="0.2",
)
def several_hosts(_right: Right, _metadata: Mapping[str, Any]) -> None:
    """URLs may have several hosts."""


@defect(
    "registration.no-defaults",
    registration.granted_use,
    endpoints=AT,
    breaks=("BC21-REG-11",),
    since="0.2",
)
def no_defaults(right: Right, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What a client did not say is not in the answer."""
    granted: dict[str, Any] = right(metadata)
    return {name: value for name, value in granted.items() if name in metadata}


@defect(
    "registration.grants-any-use",
    registration.granted_use,
    endpoints=AT,
    breaks=("BC21-REG-12",),
    since="0.2",
)
def grants_any_use(_right: Right, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Any authentication method and grant type is registered."""
    return {name: metadata.get(name, only) for name, only in registration.ONLY.items()}


@defect(
    "registration.any-scope",
    registration.granted_scope,
    endpoints=AT,
    breaks=("BC21-REG-13",),
    since="0.2",
)
def any_scope(_right: Right, metadata: Mapping[str, Any], offer: Offer) -> str:
    """Scopes that are not offered are registered."""
    scope = metadata.get("scope")
    return " ".join(scopes_of(scope) if isinstance(scope, str) else offer.scopes)


@defect(
    "registration.own-errors",
    registration.registration_error,
    endpoints=AT,
    breaks=("BC21-REG-14",),
    since="0.2",
)
def own_errors(right: Right, error: str, description: str) -> ApiError:
    """Refusals have an error of their own."""
    refusal: ApiError = right(error, description)
    return evolve(refusal, body={"error": "bad_client", "error_description": description})


@defect(
    "registration.cacheable",
    registration.registered_answer,
    endpoints=AT,
    breaks=("BC21-REG-15",),
    since="0.2",
)
def cacheable(right: Right, client: Client) -> web.Response:
    """The answer may be stored."""
    answer: web.Response = right(client)
    answer.headers["Cache-Control"] = "max-age=60"
    return answer


@defect(
    "registration.short-secrets",
    clients.new_secret,
    endpoints=AT,
    breaks=("BC21-REG-16",),
    since="0.2",
)
def short_secrets(_right: Right, randomness: Randomness) -> str:
    """Secrets have 32 bits."""
    return randomness.hex(4)
