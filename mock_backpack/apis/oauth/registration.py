"""Dynamic client registration (RFC 7591), with the members that Open Badges requires."""

from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

from aiohttp import web
from attrs import frozen

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.oauth.errors import NO_STORE, oauth_error
from mock_backpack.apis.oauth.server import Offer, scopes_of
from mock_backpack.apis.parameters import JSON
from mock_backpack.core.clients import Client, Clients
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.fetching import is_loopback
from mock_backpack.core.labels import media_type
from mock_backpack.core.origin import web_url
from mock_backpack.core.quoting import quoted
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import NotJson, kind_of, strict_json

URLS = ("client_uri", "logo_uri", "tos_uri", "policy_uri")
TEXTS = ("client_name", *URLS, "software_id", "software_version")
ONLY: Mapping[str, Any] = {
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
}
"""What a client may use, which is also what it gets when it does not say."""
MOST_REDIRECTS = 20
REQUIREMENT = "BC21-CLIENT-03"


@frozen
class Registration:
    """The registration endpoint of one Backpack."""

    clients: Clients
    offer: Offer

    async def register(self, request: web.Request) -> web.Response:
        """``POST /oauth/register``: a client gets an id and a secret.

        Answers 201 with what was registered.

        Raises:
            ApiError: 400 ``invalid_client_metadata`` or ``invalid_redirect_uri``, 405.
        """
        if request.method != "POST":
            message = f"method: expected POST, saw {request.method}"
            raise ApiError(405, message, headers={"Allow": "POST"})
        try:
            return await self._registered(request)
        except ApiError as refusal:
            raise self.offer.named(refusal) from refusal

    async def _registered(self, request: web.Request) -> web.Response:
        metadata = read_metadata(request)
        check_required(metadata)
        check_redirects(metadata)
        check_contacts(metadata)
        has_tls = exchange_of(request).sandbox.shared.addresses.is_secure
        check_urls(metadata, has_tls)
        check_hosts(metadata)
        registered = {**metadata, **granted_use(metadata)}
        registered["scope"] = granted_scope(metadata, self.offer)
        await prepare_logo(request, metadata)
        return registered_answer(self.clients.register(registered))


def read_metadata(request: web.Request) -> dict[str, Any]:
    """The JSON object of a registration.

    Raises:
        ApiError: 400 when there is none.
    """
    kind = media_type(request.headers.get("Content-Type", ""))
    if kind != JSON:
        raise refused(f"Content-Type: expected {JSON}, saw {quoted(kind)}")
    try:
        value = strict_json(exchange_of(request).body)
    except NotJson as error:
        raise refused(f"body: {error}") from error
    if not isinstance(value, dict):
        raise refused(f"body: expected a JSON object, saw {kind_of(value)}")
    return value


@seam
def check_required(metadata: Mapping[str, Any]) -> None:
    """The members without which no client is registered.

    Raises:
        ApiError: 400 for the first that is missing or no text.
    """
    for name in TEXTS:
        value = metadata.get(name)
        if not isinstance(value, str) or not value.strip():
            saw = quoted(value) if name in metadata else "no such member"
            raise refused(f"{name}: expected a text that is not empty, saw {saw}")


@seam
def check_redirects(metadata: Mapping[str, Any]) -> None:
    """At least one absolute URL without a fragment (RFC 6749 section 3.1.2).

    Raises:
        ApiError: 400 ``invalid_redirect_uri``.
    """
    uris = metadata.get("redirect_uris")
    if not isinstance(uris, list) or not 0 < len(uris) <= MOST_REDIRECTS:
        saw = quoted(uris) if "redirect_uris" in metadata else "no such member"
        expected = f"an array of 1 to {MOST_REDIRECTS} URLs"
        raise refused(f"redirect_uris: expected {expected}, saw {saw}", "invalid_redirect_uri")
    for uri in uris:
        url = web_url(uri)
        if url is None or url.parts.fragment:
            expected = "an absolute http(s) URL without a fragment"
            message = f"redirect_uris: expected {expected}, saw {quoted(uri)}"
            raise refused(message, "invalid_redirect_uri")


def check_contacts(metadata: Mapping[str, Any]) -> None:
    """Who answers for a client stands in an array, if anywhere (RFC 7591 section 2).

    Raises:
        ApiError: 400 when it does not.
    """
    contacts = metadata.get("contacts", [])
    if not isinstance(contacts, list) or not all(isinstance(contact, str) for contact in contacts):
        raise refused(f"contacts: expected an array of texts, saw {quoted(contacts)}")


@seam
def check_urls(metadata: Mapping[str, Any], has_tls: bool) -> None:  # noqa: FBT001 - a fact
    """All URLs are https; where the mock has no TLS itself, http will do on this machine.

    Raises:
        ApiError: 400 for the first that is not.
    """
    for name, uri in urls_of(metadata):
        url = web_url(uri)
        if url is None:
            raise refused(f"{name}: expected an absolute https URL, saw {quoted(uri)}")
        is_lenient = not has_tls and is_loopback(url.parts.hostname or "")
        if url.parts.scheme != "https" and not is_lenient:
            raise refused(f"{name}: expected https, saw {quoted(uri)}", error_of(name))


@seam
def check_hosts(metadata: Mapping[str, Any]) -> None:
    """All URLs have one host name.

    Raises:
        ApiError: 400 when they have several.
    """
    hosts: dict[str | None, str] = {}
    for name, uri in urls_of(metadata):
        url = web_url(uri)
        hosts.setdefault(url.parts.hostname if url else None, name)
    if len(hosts) > 1:
        first, second, *_ = hosts.items()
        message = f"{second[1]}: expected the host of {first[1]}, {first[0]}, saw {second[0]}"
        raise refused(message, error_of(second[1]))


def urls_of(metadata: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """All URLs, each with the member that it stands in."""
    own = [(name, metadata[name]) for name in URLS if name in metadata]
    return own + [("redirect_uris", uri) for uri in metadata.get("redirect_uris", ())]


@seam
def granted_use(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """How a client may use the server.

    Raises:
        ApiError: 400 when it asks for something else.
    """
    for name, only in ONLY.items():
        value = metadata.get(name, only)
        is_right = value == only or (isinstance(only, list) and is_part(value, only))
        if not is_right:
            raise refused(f"{name}: expected {quoted(only)}, saw {quoted(value)}")
    return {name: metadata.get(name, only) for name, only in ONLY.items()}


def is_part(value: Any, only: list[str]) -> bool:
    """Whether a value is an array with the first of these, and no others."""
    return isinstance(value, list) and only[0] in value and all(item in only for item in value)


@seam
def granted_scope(metadata: Mapping[str, Any], offer: Offer) -> str:
    """What a client may ask for: what it registers of the offered scopes, or all of them.

    Raises:
        ApiError: 400 for a scope that is not offered.
    """
    scope = metadata.get("scope")
    if scope is None and not offer.requires_scope:
        return " ".join(offer.scopes)
    if not isinstance(scope, str) or not scope.strip():
        raise refused(f"scope: expected scopes with spaces between them, saw {quoted(scope)}")
    known = [name for name in scopes_of(scope) if name in offer.scopes]
    if offer.narrows_scope and known:
        return " ".join(known)
    if unknown := [name for name in scopes_of(scope) if name not in offer.scopes]:
        raise refused(f"scope: expected scopes that are offered, saw {quoted(unknown[0])}")
    return " ".join(scopes_of(scope))


@seam
async def prepare_logo(_request: web.Request, _metadata: Mapping[str, Any]) -> None:
    """What is done about the logo of a client: nothing, since only browsers show it."""


@seam
def registered_answer(client: Client) -> web.Response:
    """The good answer (RFC 7591 section 3.2.1)."""
    body = {
        **client.metadata,
        "client_id": client.id,
        "client_secret": client.secret,
        "client_id_issued_at": client.issued_at,
        "client_secret_expires_at": client.secret_expires_at,
    }
    date = {"Date": formatdate(client.issued_at, usegmt=True)}  # by the clock of the sandbox
    return json_answer(body, {**NO_STORE, **date}, status=201)


def metadata_of(origin: str, scopes: tuple[str, ...]) -> dict[str, Any]:
    """The metadata of a client that was never registered over HTTP."""
    return {
        "client_name": origin,
        **dict.fromkeys(URLS, f"{origin}/"),
        "software_id": "mock-backpack",
        "software_version": "1",
        "redirect_uris": [f"{origin}/callback"],
        **ONLY,
        "scope": " ".join(scopes),
    }


def error_of(name: str) -> str:
    """The error for a wrong URL of a member."""
    return "invalid_redirect_uri" if name == "redirect_uris" else "invalid_client_metadata"


def refused(description: str, error: str = "invalid_client_metadata") -> ApiError:
    """A refusal of a registration."""
    return registration_error(error, description)


@seam
def registration_error(error: str, description: str) -> ApiError:
    """How a registration is refused."""
    return oauth_error(error, description, requirement=REQUIREMENT)
