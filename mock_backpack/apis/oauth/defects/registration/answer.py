"""Wrong answers to a registration."""

import hashlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.oauth import registration
from mock_backpack.apis.oauth.errors import NO_STORE
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.core import clients
from mock_backpack.core.clients import Client
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges.complaint import InvalidBadge

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
    breaks=(Fact.REGISTERED,),
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
    breaks=(Fact.ISSUE_TIME_GIVEN,),
    since="0.2",
)
def no_issued_at(_right: Right, client: Client) -> web.Response:
    """The answer does not say when the client was registered."""
    return _answer(client, client_id_issued_at=None)


@defect(
    "registration.milliseconds",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.ISSUE_TIME_GIVEN,),
    since="0.2",
)
def milliseconds(_right: Right, client: Client) -> web.Response:
    """The time of the registration is in milliseconds."""
    return _answer(client, client_id_issued_at=client.issued_at * 1000)


@defect(
    "registration.no-expiry",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.SECRET_END_GIVEN,),
    since="0.2",
)
def no_expiry(_right: Right, client: Client) -> web.Response:
    """The answer does not say when the secret expires."""
    return _answer(client, client_secret_expires_at=None)


@defect(
    "registration.forgets-a-member",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.METADATA_RETURNED,),
    since="0.2",
)
def forgets_a_member(_right: Right, client: Client) -> web.Response:
    """The answer lacks one of the members that were sent."""
    return _answer(client, software_version=None)


@defect(
    "registration.one-redirect",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.REDIRECTS_RETURNED,),
    since="0.2",
)
def one_redirect(_right: Right, client: Client) -> web.Response:
    """Of several redirect URIs the answer has the first."""
    return _answer(client, redirect_uris=list(client.redirect_uris[:1]))


@defect(
    "registration.another-secret",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.SECRET_WORKS,),
    since="0.2",
)
def another_secret(_right: Right, client: Client) -> web.Response:
    """The answer has the stored hash in place of the secret."""
    return _answer(client, client_secret=hashlib.sha256(client.secret.encode()).hexdigest())


@defect(
    "registration.own-errors",
    registration.registration_error,
    endpoints=AT,
    breaks=(Fact.REGISTRATION_ERRORS,),
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
    breaks=(Fact.REGISTRATION_NO_STORE,),
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
    breaks=(Fact.SECRETS_UNGUESSABLE,),
    since="0.2",
)
def short_secrets(_right: Right, randomness: Randomness) -> str:
    """Secrets have 32 bits."""
    return randomness.hex(4)


@defect(
    "registration.numeric-secret",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.CREDENTIALS_GIVEN,),
    since="0.2",
)
def numeric_secret(_right: Right, client: Client) -> web.Response:
    """The secret is a number."""
    return _answer(client, client_secret=int(client.secret, 16) % 1_000_000)


@defect(
    "registration.no-secret",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.CREDENTIALS_GIVEN,),
    since="0.2",
)
def no_secret(_right: Right, client: Client) -> web.Response:
    """The answer has no secret."""
    return _answer(client, client_secret=None)


@defect(
    "registration.issued-as-text",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.ISSUE_TIME_GIVEN,),
    since="0.2",
)
def issued_as_text(_right: Right, client: Client) -> web.Response:
    """The time of the registration is a text."""
    return _answer(client, client_id_issued_at=str(client.issued_at))


@defect(
    "registration.issued-yesterday",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.ISSUE_TIME_GIVEN,),
    since="0.2",
)
def issued_yesterday(_right: Right, client: Client) -> web.Response:
    """The time of the registration is a day too early."""
    return _answer(client, client_id_issued_at=client.issued_at - 86_400)


@defect(
    "registration.expiry-as-text",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.SECRET_END_GIVEN,),
    since="0.2",
)
def expiry_as_text(_right: Right, client: Client) -> web.Response:
    """The time at which the secret expires is a text."""
    return _answer(client, client_secret_expires_at=str(client.secret_expires_at))


@defect(
    "registration.born-expired",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.SECRET_END_GIVEN,),
    since="0.2",
)
def born_expired(_right: Right, client: Client) -> web.Response:
    """The secret is said to have expired long ago."""
    return _answer(client, client_secret_expires_at=1_000_000_000)


@defect(
    "registration.forgets-the-terms",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.METADATA_RETURNED,),
    since="0.2",
)
def forgets_the_terms(_right: Right, client: Client) -> web.Response:
    """The answer has null in place of the terms of service."""
    return _answer(client, tos_uri=None)


@defect(
    "registration.forgets-the-use",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.METADATA_RETURNED, Fact.DEFAULTS_FILLED_IN),
    since="0.2",
)
def forgets_the_use(_right: Right, client: Client) -> web.Response:
    """The answer has neither grant types nor response types."""
    return _answer(client, grant_types=None, response_types=None)


@defect(
    "registration.reversed-redirects",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.REDIRECTS_RETURNED,),
    since="0.2",
)
def reversed_redirects(_right: Right, client: Client) -> web.Response:
    """Several redirect URIs come back in another order."""
    return _answer(client, redirect_uris=list(client.redirect_uris[::-1]))


@defect(
    "registration.joined-redirects",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.METADATA_RETURNED, Fact.REDIRECTS_RETURNED),
    since="0.2",
)
def joined_redirects(_right: Right, client: Client) -> web.Response:
    """Redirect URIs come back as one text."""
    return _answer(client, redirect_uris=" ".join(client.redirect_uris))


@defect(
    "registration.error-page",
    registration.registration_error,
    endpoints=AT,
    breaks=(Fact.REGISTRATION_ERRORS,),
    since="0.2",
)
def error_page(_right: Right, _error: str, description: str) -> ApiError:
    """A refusal is a text."""
    return ApiError(400, description, as_text=True)


@defect(
    "registration.error-422",
    registration.registration_error,
    endpoints=AT,
    breaks=(Fact.REGISTRATION_ERRORS,),
    since="0.2",
)
def error_422(right: Right, error: str, description: str) -> ApiError:
    """A refusal has the status 422."""
    refusal: ApiError = right(error, description)
    return evolve(refusal, status=422)


@defect(
    "registration.one-secret-for-all",
    clients.new_secret,
    endpoints=AT,
    breaks=(Fact.SECRETS_UNGUESSABLE,),
    since="0.2",
)
def one_secret_for_all(_right: Right, _randomness: Randomness) -> str:
    """All clients have the same secret."""
    return hashlib.sha256(b"the secret of all clients").hexdigest()


@defect(
    "registration.fails-without-a-logo",
    registration.prepare_logo,
    endpoints=AT,
    breaks=(Fact.LOGO_HARMLESS,),
    since="0.2",
)
async def fails_without_a_logo(
    _right: Right, request: web.Request, metadata: Mapping[str, Any]
) -> None:
    """A logo that the server cannot fetch is a server error."""
    fetcher = exchange_of(request).sandbox.shared.fetcher
    try:
        await fetcher.image("logo", metadata["logo_uri"])
    except InvalidBadge as error:
        raise Crash(str(error)) from error


@defect(
    "registration.blank-redirects",
    registration.registered_answer,
    endpoints=AT,
    breaks=(Fact.REDIRECTS_RETURNED,),
    since="0.2",
)
def blank_redirects(right: Right, client: Client) -> web.Response:
    """In place of several redirect URIs a blank comes back."""
    if len(client.redirect_uris) > 1:
        return _answer(client, redirect_uris=[" "])
    answer: web.Response = right(client)
    return answer
