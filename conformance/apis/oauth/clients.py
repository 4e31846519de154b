"""The suite as a client of an authorization server: registration (RFC 7591), credentials."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

from conformance.apis.oauth.metadata_pages import LOGO, serve_pages
from conformance.apis.oauth.server import AuthorizationServer, server_of
from conformance.apis.verbs.contents import JSON_TYPE
from conformance.core.exchange import Exchange
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult, exchange_result
from conformance.target.issuer_site import FIRST, IssuerSite

CLIENTS = "clients"
"""Where a session remembers the clients that it has registered, by origin."""
CREDENTIALS = ("client_id", "client_secret")
SOFTWARE = "backpack-conformance"


def metadata(
    site: IssuerSite, server: AuthorizationServer, origin: str, scopes: Sequence[str] | None
) -> dict[str, Any]:
    """The metadata of a client at one origin of the issuer site, with all required members.

    Its name has the origin, by which a page of permissions shows whom a button belongs to.
    ``scopes`` are those to register; ``None`` names all that the server offers.
    """
    url = site.origins[origin].url
    named = server.scopes if scopes is None else [server.scope(name) for name in scopes]
    return {
        "client_name": f"Conformance suite at {url}",
        "client_uri": url,
        "logo_uri": f"{url}/{LOGO}",
        "tos_uri": f"{url}/terms",
        "policy_uri": f"{url}/privacy",
        "software_id": SOFTWARE,
        "software_version": "1",
        "redirect_uris": [site.callback(origin)],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": " ".join(named),
    }


async def register(state: State, sent: Any, headers: Mapping[str, str] | None = None) -> StepResult:
    """Register a client with this metadata, which may be any JSON value.

    The result saves what came back; ``sent``; and ``redirect_uri``, the first that was sent.
    """
    serve_pages(state.session.site)
    kept = {"Content-Type": JSON_TYPE, **(headers or {})}
    url = server_of(state.session).registration
    body = json.dumps(sent).encode()
    exchange = await state.wire.send("POST", url, list(kept.items()), body)
    result = exchange_result(exchange, good=_is_registered(exchange))
    learn_client(state, result.saved)
    uris = sent.get("redirect_uris") if isinstance(sent, Mapping) else None
    first = uris[0] if isinstance(uris, list) and uris else ""
    saved = {**result.saved, "sent": sent, "redirect_uri": first}
    return StepResult(exchange, result.response, saved, result.trouble)


def _is_registered(exchange: Exchange) -> bool:
    response = exchange.response() or {"status": 0, "body": None}
    body = response["body"] if isinstance(response["body"], Mapping) else {}
    return response["status"] in range(200, 300) and basic(body) is not None


async def known_client(state: State, origin: str = FIRST) -> Mapping[str, Any]:
    """The client of an origin, registered once in a run for all scopes that are offered.

    Raises:
        StepFailed: when registration does not work.
    """
    clients = state.session.memory.setdefault(CLIENTS, {})
    if origin not in clients:
        server, site = server_of(state.session), state.session.site
        result = await register(state, metadata(site, server, origin, None))
        if result.trouble:
            raise StepFailed(f"no client was registered: {result.trouble}", result.exchange)
        clients[origin] = result.saved
    client: Mapping[str, Any] = clients[origin]
    learn_client(state, client)
    return client


def learn_client(state: State, client: Mapping[str, Any]) -> None:
    """Remember that the secret of a client must not be shown, whether it is encoded or not."""
    for name in ("client_secret", "registration_access_token"):
        state.secrets.add(client.get(name), name)
    state.secrets.add(basic(client), "client credentials")


def basic(client: Mapping[str, Any], encode: Callable[[str], str] = quote_plus) -> str | None:
    """The credentials of HTTP Basic, form-encoded first (RFC 6749 section 2.3.1).

    ``None`` for a client without an id or a secret.
    """
    pair = [client.get(name) for name in CREDENTIALS]
    if not all(isinstance(value, str) for value in pair):
        return None
    return base64.b64encode(":".join(encode(str(value)) for value in pair).encode()).decode()


def fully_encoded(text: str) -> str:
    """A text with every byte percent-encoded, which form-decoding turns into the same text."""
    return "".join(f"%{byte:02X}" for byte in text.encode())
