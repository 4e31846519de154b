"""The rules of oauthlib's server: who the client is, what a code and a token are good for."""

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

import jwt
from oauthlib.common import Request
from oauthlib.oauth2 import (
    AuthorizationCodeGrant,
    AuthorizationEndpoint,
    BearerToken,
    RefreshTokenGrant,
    RequestValidator,
    RevocationEndpoint,
    TokenEndpoint,
)
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256

from tests.miniatures.composed.keeping import Client, Consent, Keeping, Person

NEEDED = ("state", "scope", "code_challenge", "code_challenge_method")
ALGORITHM = "HS256"


class Rules(RequestValidator):  # type: ignore[misc] - oauthlib has no types
    def __init__(self, keeping: Keeping, tokens: "AccessTokens") -> None:
        super().__init__()
        self.keeping, self.tokens = keeping, tokens

    def client_authentication_required(self, _request: Request, *_: Any) -> bool:
        return True

    def authenticate_client(self, request: Request, *_: Any) -> bool:
        """HTTP Basic alone, form-decoded (RFC 6749, 2.3.1)."""
        name, secret = basic(request.headers)
        client = self.keeping.clients.get(name)
        if client is None or not self.is_secret(client, secret):
            return False
        request.client, request.client_id = client, client.client_id
        return True

    def is_secret(self, client: Client, secret: str) -> bool:
        return hmac.compare_digest(client.secret.encode(), secret.encode())

    def validate_client_id(self, client_id: str, request: Request, *_: Any) -> bool:
        request.client = self.keeping.clients.get(client_id)
        return request.client is not None

    def validate_redirect_uri(
        self, _client_id: str, redirect_uri: str, request: Request, *_: Any
    ) -> bool:
        return redirect_uri in request.client.metadata["redirect_uris"]

    def get_default_redirect_uri(self, *_: Any) -> None:
        """There is none: a request has to name one."""

    def validate_response_type(self, _client_id: str, response_type: str, *_: Any) -> bool:
        return response_type == "code"

    def is_pkce_required(self, *_: Any) -> bool:
        return True

    def get_default_scopes(self, *_: Any) -> list[str]:
        return []

    def validate_scopes(self, _client_id: str, scopes: list[str], client: Client, *_: Any) -> bool:
        return bool(scopes) and set(scopes) <= set(client.metadata["scope"].split())

    def save_authorization_code(self, _client_id: str, code: Any, request: Request) -> None:
        """The code was made, and kept, with the consent of a person."""

    def validate_grant_type(
        self, _client_id: str, grant_type: str, client: Client, *_: Any
    ) -> bool:
        return grant_type in client.metadata["grant_types"]

    def validate_code(self, _client_id: str, code: str, client: Client, request: Request) -> bool:
        known = self.keeping.codes.get(code)
        if known is None or known.consent.client is not client or known.until < time.time():
            return False
        if known.is_used:
            self.used_again(known.consent)
            return False
        request.consent, request.scopes = known.consent, known.consent.scopes
        return not known.consent.is_over

    def used_again(self, consent: Consent) -> None:
        consent.is_over = True

    def get_code_challenge(self, code: str, _request: Request) -> str:
        return self.keeping.codes[code].challenge

    def get_code_challenge_method(self, *_: Any) -> str:
        return "S256"

    def confirm_redirect_uri(
        self, _client_id: str, code: str, redirect_uri: str, *_: Any, **__: Any
    ) -> bool:
        return redirect_uri == self.keeping.codes[code].redirect_uri

    def invalidate_authorization_code(self, _client_id: str, code: str, *_: Any) -> None:
        self.keeping.codes[code].is_used = True

    def validate_refresh_token(self, refresh_token: str, client: Client, request: Request) -> bool:
        consent = self.keeping.by_refresh(refresh_token)
        if consent is None or not self.is_of(consent, client):
            return False
        request.consent = consent
        return True

    def is_of(self, consent: Consent, client: Client) -> bool:
        return consent.client is client

    def get_original_scopes(self, _refresh_token: str, request: Request) -> list[str]:
        return list(request.consent.scopes)

    def is_within_original_scope(self, *_: Any) -> bool:
        return False

    def rotate_refresh_token(self, _request: Request) -> bool:
        """A refresh token stays as long as the consent."""
        return False

    def save_token(self, token: Mapping[str, Any], request: Request) -> None:
        request.consent.refresh = token.get("refresh_token")

    save_bearer_token = save_token

    def revoke_token(self, token: str, _hint: str, request: Request) -> None:
        """A refresh token ends the consent, an access token only itself."""
        consent = self.keeping.by_refresh(token)
        if consent is not None:
            consent.is_over |= self.is_of(consent, request.client)
            return
        claims = self.tokens.claims(token)
        known = self.keeping.consents.get(claims.get("consent", ""))
        if known is not None and self.is_of(known, request.client):
            known.ended.add(claims["jti"])


def basic(headers: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


class AccessTokens:
    """Access tokens are JWT: the API needs the keeping only to see whether they were revoked."""

    def __init__(self, keeping: Keeping, expires: int, issuer: str) -> None:
        self.keeping, self.expires, self.issuer = keeping, expires, issuer
        self.key = secrets.token_bytes(32)

    def new(self, request: Request) -> str:
        consent, now = request.consent, int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": str(consent.person.number),
            "client_id": consent.client.client_id,
            "scope": " ".join(request.scopes),
            "consent": consent.name,
            "iat": now,
            "exp": now + self.expires,
            "jti": secrets.token_hex(8),
        }
        return str(jwt.encode(claims, self.key, ALGORITHM, headers={"typ": "at+jwt"}))

    def claims(self, token: str) -> dict[str, Any]:
        """What a token of this host says; nothing where it is no such token, or has ended."""
        try:
            return dict(jwt.decode(token, self.key, [ALGORITHM], issuer=self.issuer))
        except (jwt.PyJWTError, ValueError):
            return {}

    def allowed(self, token: str) -> tuple[Person, set[str]] | None:
        """Whose credentials a token reaches, and for what."""
        claims = self.claims(token)
        consent = self.keeping.consents.get(claims.get("consent", ""))
        if consent is None or consent.is_over or claims["jti"] in consent.ended:
            return None
        return consent.person, set(claims["scope"].split())


class Codes(AuthorizationCodeGrant):  # type: ignore[misc] - oauthlib has no types
    """Codes with S256; the redirect says which scope was granted, and by whom (RFC 9207)."""

    def __init__(self, rules: Rules, issuer: str) -> None:
        super().__init__(rules)
        self.issuer = issuer
        self._code_challenge_methods = self.methods()
        self.custom_validators.pre_auth.append(self.check)
        self.register_code_modifier(self.with_scope)

    def methods(self) -> dict[str, Any]:
        return {"S256": code_challenge_method_s256}

    def check(self, request: Request) -> dict[str, Any]:
        for name in self.needed():
            if not getattr(request, name, None):
                raise InvalidRequestError(description=f"Missing {name} parameter.", request=request)
        return {}

    def needed(self) -> tuple[str, ...]:
        return NEEDED

    def create_authorization_code(self, request: Request) -> dict[str, str]:
        keeping = self.request_validator.keeping
        consent = keeping.consent(request.person, request.client, list(request.scopes))
        code = keeping.code(consent, request.redirect_uri, request.code_challenge)
        return {"code": code, "state": request.state}

    def with_scope(self, grant: dict[str, str], *_: Any) -> dict[str, str]:
        return {**grant, "scope": self.granted(grant), "iss": self.issuer}

    def granted(self, grant: dict[str, str]) -> str:
        return " ".join(self.request_validator.keeping.codes[grant["code"]].consent.scopes)


class Granting(AuthorizationEndpoint, TokenEndpoint):  # type: ignore[misc] - oauthlib has no types
    """The endpoints of oauthlib with these rules."""

    def __init__(self, keeping: Keeping, issuer: str, expires: int, part: Any) -> None:
        self.tokens = part(AccessTokens)(keeping, expires, issuer)
        self.rules = part(Rules)(keeping, self.tokens)
        bearer = BearerToken(
            self.rules, self.tokens.new, expires, lambda _: secrets.token_urlsafe(40)
        )
        codes = part(Codes)(self.rules, issuer)
        grants = {"authorization_code": codes, "refresh_token": RefreshTokenGrant(self.rules)}
        AuthorizationEndpoint.__init__(self, "code", bearer, {"code": codes})
        TokenEndpoint.__init__(
            self, "none", bearer, {"none": RefreshTokenGrant(self.rules), **grants}
        )
        self.revoking = RevocationEndpoint(self.rules)
