"""Dynamic registration of clients (RFC 7591), as Open Badges 3.0 narrows it."""

import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from tests.miniatures.composed.announcing import SCOPES
from tests.miniatures.composed.keeping import Client, Keeping

TEXTS = ("client_name", "software_id", "software_version", "scope")
URLS = ("client_uri", "logo_uri", "tos_uri", "policy_uri")
ARRAYS = ("redirect_uris", "grant_types", "response_types")
USE = {
    "token_endpoint_auth_method": {"client_secret_basic"},
    "grant_types": {"authorization_code", "refresh_token"},
    "response_types": {"code"},
}
HERE = ("localhost", "127.0.0.1", "::1")
SECRET_SECONDS = 365 * 86_400


class BadClient(Exception):
    """Why a client is not registered."""

    def __init__(self, why: str, error: str = "invalid_client_metadata") -> None:
        super().__init__(why)
        self.error = error


class Registering:
    def __init__(self, keeping: Keeping) -> None:
        self.keeping = keeping

    def register(self, sent: Any) -> dict[str, Any]:
        """Raises ``BadClient``."""
        if not isinstance(sent, dict):
            raise BadClient("expected a JSON object")
        self.check_texts(sent)
        self.check_arrays(sent)
        self.check_urls(sent)
        self.check_use(sent)
        kept = {**sent, "scope": self.scope_of(sent["scope"])}
        client = Client(f"client-{secrets.token_hex(8)}", self.new_secret(), kept)
        self.keeping.clients[client.client_id] = client
        return {**self.told(kept), **self.issued(client)}

    def new_secret(self) -> str:
        return secrets.token_hex(24)

    def told(self, kept: dict[str, Any]) -> dict[str, Any]:
        return kept

    def issued(self, client: Client) -> dict[str, Any]:
        """What the server adds; a secret of this host is good for a year."""
        now = int(time.time())
        return {
            "client_id": client.client_id,
            "client_id_issued_at": now,
            "client_secret": client.secret,
            "client_secret_expires_at": now + SECRET_SECONDS,
        }

    def check_texts(self, sent: dict[str, Any]) -> None:
        for name in (*TEXTS, *URLS):
            if not isinstance(sent.get(name), str) or not sent[name]:
                raise BadClient(f"{name}: expected a text")

    def check_arrays(self, sent: dict[str, Any]) -> None:
        for name in ARRAYS:
            value = sent.get(name)
            is_texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
            if not value or not is_texts:
                error = "invalid_redirect_uri" if name == "redirect_uris" else None
                raise BadClient(f"{name}: expected an array of texts", *filter(None, [error]))

    def check_urls(self, sent: dict[str, Any]) -> None:
        hosts = {self.host_of(sent[name]) for name in URLS}
        if not all(map(self.host_of, sent["redirect_uris"])):
            raise BadClient("expected https URLs", "invalid_redirect_uri")
        hosts |= set(map(self.host_of, sent["redirect_uris"]))
        if len(hosts) != 1 or None in hosts:
            raise BadClient("expected https URLs of one host")

    def host_of(self, url: str) -> str | None:
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return None
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in HERE)
        return host if is_safe and not parts.fragment else None

    def check_use(self, sent: dict[str, Any]) -> None:
        for name, known in USE.items():
            value = sent.get(name)
            values = value if isinstance(value, list) else [value]
            if not {str(one) for one in values} <= known:
                raise BadClient(f"{name}: expected one of {', '.join(sorted(known))}")

    def scope_of(self, asked: str) -> str:
        known = [name for name in asked.split() if name in SCOPES]
        if not known:
            raise BadClient("scope: expected one that is offered")
        return " ".join(known)
