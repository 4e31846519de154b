"""Manifest and dynamic registration of clients."""

import hashlib
import json
import time
from typing import Any, ClassVar
from urllib import parse

from tests.miniatures.modern.messages import Answer, Request, as_json, oauth_no
from tests.miniatures.modern.store import Store

SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/"
READ, WRITE, PROFILE = (
    f"{SCOPE}{name}" for name in ("assertion.readonly", "assertion.create", "profile.readonly")
)
OFFERED = (WRITE, READ, PROFILE, "offline_access")
API = "/open/ims/ob/v2p1"
TEXTS = ("client_name", "software_id", "software_version")
URLS = ("client_uri", "logo_uri", "tos_uri", "policy_uri")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Manifest:
    def __init__(self, root: str, offered: tuple[str, ...]) -> None:
        self.root, self.offered = root, offered

    def entry(self) -> dict[str, Any]:
        return {
            "name": "Modern Backpack",
            "image": f"{self.root}/logo.png",
            "apiBase": f"{self.root}{API}",
            "version": "v2p1",
            "termsOfServiceUrl": f"{self.root}/terms",
            "privacyPolicyUrl": f"{self.root}/privacy",
            "scopesOffered": list(self.offered),
            "registrationUrl": f"{self.root}/clients",
            "authorizationUrl": f"{self.root}/ask?kind=badges",
            "tokenUrl": f"{self.root}/tokens",
            "tokenRevocationUrl": f"{self.root}/tokens/end",
        }

    def document(self) -> dict[str, Any]:
        return {
            "@context": "https://purl.imsglobal.org/spec/ob/v2p1/ob_v2p1.jsonld",
            "id": f"{self.root}/.well-known/badgeconnect.json",
            "badgeConnectAPI": [self.entry()],
        }

    def get(self, request: Request) -> Answer:
        content = json.dumps(self.document()).encode()
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Cache-Control": "max-age=60", "Content-Type": "application/json"}
        if request.headers.get("if-none-match") == tag:
            return Answer(304, b"", headers)
        return Answer(200, content, headers)


class Registration:
    DEFAULTS: ClassVar[dict[str, Any]] = {
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    }

    def __init__(self, store: Store, offered: tuple[str, ...]) -> None:
        self.store, self.offered = store, offered

    def register(self, request: Request) -> Answer:
        sent = request.json()
        if not isinstance(sent, dict):
            raise oauth_no("invalid_client_metadata", "expected a JSON object")
        metadata = self.checked(sent)
        client = self.store.add_client(metadata)
        return as_json(
            201,
            {
                **self.told(metadata),
                "client_id": client.id,
                "client_secret": client.secret,
                "client_id_issued_at": int(time.time()),
                "client_secret_expires_at": 0,
            },
        )

    def told(self, metadata: dict[str, Any]) -> dict[str, Any]:
        return metadata

    def checked(self, sent: dict[str, Any]) -> dict[str, Any]:
        self.check_texts(sent)
        self.check_urls(sent)
        known = {*TEXTS, *URLS, "redirect_uris"}
        optional = {name: sent.get(name, value) for name, value in self.DEFAULTS.items()}
        metadata = {**{name: sent[name] for name in known}, **optional}
        self.check_kinds(metadata)
        metadata["scope"] = self.scope_of(sent.get("scope", " ".join(self.offered)))
        return metadata

    def check_texts(self, sent: dict[str, Any]) -> None:
        for name in (*TEXTS, *URLS):
            if not isinstance(sent.get(name), str) or not sent[name]:
                raise oauth_no("invalid_client_metadata", f"expected a text: {name}")
        redirects = sent.get("redirect_uris")
        if not isinstance(redirects, list) or not redirects:
            raise oauth_no("invalid_redirect_uri", "expected an array: redirect_uris")
        if not all(isinstance(uri, str) and uri for uri in redirects):
            raise oauth_no("invalid_redirect_uri", "expected texts: redirect_uris")

    def check_urls(self, sent: dict[str, Any]) -> None:
        named = [(name, sent[name]) for name in URLS]
        named += [("redirect_uris", uri) for uri in sent["redirect_uris"]]
        hosts = set()
        for name, uri in named:
            kind = "redirect_uri" if name == "redirect_uris" else "client_metadata"
            host = self.host_of(uri)
            if host is None:
                raise oauth_no(f"invalid_{kind}", f"expected an https URL: {name}")
            hosts.add(host)
        self.check_hosts(hosts)

    def check_hosts(self, hosts: set[str]) -> None:
        if len(hosts) > 1:
            raise oauth_no("invalid_client_metadata", "expected URLs of one host")

    def host_of(self, uri: str) -> str | None:
        """Plain http is for this machine only."""
        try:
            parts = parse.urlsplit(uri)
            host = parts.hostname
        except ValueError:
            return None
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
        return host if is_safe and not parts.fragment else None

    def check_kinds(self, metadata: dict[str, Any]) -> None:
        for name in ("token_endpoint_auth_method", "grant_types", "response_types"):
            values, right = metadata[name], self.DEFAULTS[name]
            is_list = isinstance(values, list) and values and all(v in right for v in values)
            if not (is_list if isinstance(right, list) else values == right):
                raise oauth_no("invalid_client_metadata", f"expected {right}: {name}")

    def scope_of(self, scope: Any) -> str:
        """The scopes that are offered, of those asked for."""
        if not isinstance(scope, str):
            raise oauth_no("invalid_client_metadata", "expected a text: scope")
        kept = [name for name in scope.split() if name in self.offered]
        if not kept:
            raise oauth_no("invalid_client_metadata", "none of these scopes is offered")
        return " ".join(kept)
