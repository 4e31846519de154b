"""The credentials of a client at the token endpoint (RFC 6749 section 2.3.1)."""

import binascii
import hmac
from urllib.parse import unquote_plus

from aiohttp import hdrs, web

from mock_backpack.apis.oauth.errors import oauth_error
from mock_backpack.apis.parameters import FORM, read_form
from mock_backpack.core.clients import Client, Clients
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.labels import media_type
from mock_backpack.core.seams import seam

REQUIREMENT = "BC21-CLIENT-09"


def authenticated(request: web.Request, clients: Clients, form: dict[str, str]) -> Client:
    """The client of a request.

    Raises:
        ApiError: 401 ``invalid_client`` when its credentials are missing or wrong, or its secret
            has expired.
    """
    credentials = read_credentials(request, form)
    if credentials is None:
        raise refused("expected HTTP Basic with client id and secret")
    id_, secret = credentials
    client = clients.find(id_)
    if client is None or not is_secret_of(client, secret):
        raise refused("unknown client id, or wrong secret")
    if is_over(client, clients):
        raise refused("the client secret has expired: register again")
    return client


@seam
def read_credentials(request: web.Request, form: dict[str, str]) -> tuple[str, str] | None:
    """Id and secret, form-decoded; ``None`` without credentials that can be read.

    At a refresh they may stand in the body, since Moodle puts them there.
    """
    if hdrs.AUTHORIZATION not in request.headers and form.get("grant_type") == "refresh_token":
        return form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, encoded = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = binascii.a2b_base64(encoded.strip(), strict_mode=True).decode()
    except (binascii.Error, ValueError):
        return None
    id_, colon, secret = text.partition(":")
    return (form_decoded(id_), form_decoded(secret)) if colon else None


@seam
def form_decoded(text: str) -> str:
    """A text as it was before form encoding."""
    return unquote_plus(text)


@seam
def is_secret_of(client: Client, secret: str) -> bool:
    """Whether this is the secret of a client, compared in constant time."""
    return hmac.compare_digest(client.secret.encode(), secret.encode())


@seam
def is_over(client: Client, clients: Clients) -> bool:
    """Whether the secret of a client has expired (RFC 7591 section 3.2.1)."""
    return clients.has_expired(client)


@seam
def refused(description: str) -> ApiError:
    """A 401."""
    return oauth_error("invalid_client", description, status=401, requirement=REQUIREMENT)


@seam
def read_fields(request: web.Request) -> dict[str, str]:
    """The parameters in the body of a request; those in its query do not count.

    Raises:
        ApiError: 405 for another method than POST, 400 ``invalid_request`` for a body that is no
            form, or has a parameter twice (RFC 6749 section 3.2).
    """
    if request.method != "POST":
        message = f"method: expected POST, saw {request.method}"
        raise ApiError(405, message, headers={"Allow": "POST"})
    kind = media_type(request.headers.get(hdrs.CONTENT_TYPE, ""))
    if kind != FORM:
        raise oauth_error("invalid_request", f"Content-Type: expected {FORM}")
    try:
        pairs = read_form(exchange_of(request).body)
    except ApiError as error:
        raise oauth_error("invalid_request", error.message) from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(name for name in names if names.count(name) > 1)
        raise oauth_error("invalid_request", f"{name[:100]}: expected once")
    return fields
