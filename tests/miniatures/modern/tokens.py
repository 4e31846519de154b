"""Token endpoint and revocation (RFC 6749, 4.1.3 and 6; RFC 7009)."""

import base64
import hashlib
import hmac
import secrets
from typing import Any

from tests.miniatures.modern.messages import Answer, Request, as_json, oauth_no, single
from tests.miniatures.modern.store import Client, Code, Permission, Store

REALM = {"WWW-Authenticate": 'Basic realm="modern"'}


class Tokens:
    def __init__(self, store: Store) -> None:
        self.store = store

    def token(self, request: Request) -> Answer:
        with self.store.lock:
            client = self.client_of(request)
            fields = self.fields_of(request)
            match fields.get("grant_type"):
                case "authorization_code":
                    return as_json(200, self.exchanged(client, fields))
                case "refresh_token":
                    return as_json(200, self.refreshed(client, fields))
                case None:
                    raise oauth_no("invalid_request", "expected grant_type")
        return self.other_grant(client)

    def other_grant(self, _client: Client) -> Answer:
        raise oauth_no("unsupported_grant_type", "expected a code or a refresh token")

    def fields_of(self, request: Request) -> dict[str, str]:
        return single(request.form())

    def client_of(self, request: Request) -> Client:
        credentials = request.basic()
        client = self.store.clients.get(credentials[0]) if credentials else None
        if client is None or credentials is None or not self.is_secret(client, credentials[1]):
            raise oauth_no("invalid_client", "expected id and secret by Basic", 401, REALM)
        return client

    def is_secret(self, client: Client, secret: str) -> bool:
        return hmac.compare_digest(client.secret.encode(), secret.encode())

    def exchanged(self, client: Client, fields: dict[str, str]) -> dict[str, Any]:
        code = self.store.codes.get(fields.get("code", ""))
        self.store.heard.append(fields.get("code_verifier", ""))
        if code is None or code.permission.client.id != client.id:
            raise oauth_no("invalid_grant", "the code is not one of this client's")
        if code.used:
            self.used_again(code)
            raise oauth_no("invalid_grant", "the code was used before")
        if code.until < self.store.clock() or code.permission.is_over:
            raise oauth_no("invalid_grant", "the code has expired")
        if not self.is_same_redirect(code, fields):
            raise oauth_no("invalid_grant", "the redirect_uri is another one")
        if not self.is_verified(code, fields.get("code_verifier", "")):
            raise oauth_no("invalid_grant", "the code_verifier does not fit")
        code.used = True
        permission = code.permission
        if "offline_access" in permission.scopes:
            permission.refresh = secrets.token_urlsafe(32)
        return self.answer(permission, permission.scopes, permission.refresh)

    def used_again(self, code: Code) -> None:
        code.permission.is_over = True

    def is_same_redirect(self, code: Code, fields: dict[str, str]) -> bool:
        return fields.get("redirect_uri") == code.redirect_uri

    def is_verified(self, code: Code, verifier: str) -> bool:
        digest = hashlib.sha256(verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=") == code.challenge

    def refreshed(self, client: Client, fields: dict[str, str]) -> dict[str, Any]:
        """The refresh token stays as it is, and is not repeated (RFC 6749, 6)."""
        permission = self.store.of_refresh(fields.get("refresh_token", ""))
        if permission is None or permission.client.id != client.id:
            raise oauth_no("invalid_grant", "the refresh token is not one of this client's")
        asked = frozenset(fields.get("scope", " ".join(permission.scopes)).split())
        return self.answer(permission, self.narrowed(permission, asked))

    def narrowed(self, permission: Permission, asked: frozenset[str]) -> frozenset[str]:
        if not asked <= permission.scopes:
            raise oauth_no("invalid_scope", "the scope is wider than what was granted")
        return asked

    def answer(
        self, permission: Permission, scopes: frozenset[str], refresh: str | None = None
    ) -> dict[str, Any]:
        return {
            "access_token": self.store.new_access(permission, scopes),
            "token_type": "Bearer",
            "expires_in": self.store.expires,
            "scope": " ".join(sorted(scopes)),
            **({"refresh_token": refresh} if refresh else {}),
        }

    def end(self, request: Request) -> Answer:
        with self.store.lock:
            client, token = self.client_of(request), self.fields_of(request).get("token")
            if token is None:
                raise oauth_no("invalid_request", "expected token")
            self.ended(client, token)
        return as_json(200, {})

    def ended(self, client: Client, token: str) -> None:
        for permission in self.store.live():
            if permission.client.id != client.id:
                continue
            if permission.refresh == token:
                permission.is_over = True
            permission.access.pop(token, None)
