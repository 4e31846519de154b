"""Authlib's authorization server, with what Open Badges 2.1 asks for beyond RFC 6749."""

import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import JsonPayload, JsonRequest, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7591 import ClientRegistrationEndpoint
from authlib.oauth2.rfc7591.errors import InvalidClientMetadataError, InvalidRedirectURIError
from authlib.oauth2.rfc7636 import CodeChallenge

from tests.miniatures.stock.keeping import Client, Code, Keeping, Token

SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/"
READ, WRITE = f"{SCOPE}assertion.readonly", f"{SCOPE}assertion.create"
SEE, CHANGE, OFFLINE = f"{SCOPE}profile.readonly", f"{SCOPE}profile.update", "offline_access"
SCOPES = (SEE, READ, CHANGE, WRITE, OFFLINE)
BASIC = ["client_secret_basic"]
HERE = ("localhost", "127.0.0.1")
NEEDED = ("client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri", "software_id")
USE = {
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
}
Response = tuple[int, Any, Any]


class Payload(BasicOAuth2Payload):  # type: ignore[misc] - Authlib has no types
    """Parameters, of which some may have come several times."""

    def __init__(self, several: Mapping[str, list[str]]) -> None:
        super().__init__({name: values[-1] for name, values in several.items()})
        self._datalist = dict(several)


class FormRequest(OAuth2Request):  # type: ignore[misc] - Authlib has no types
    def __init__(self, method: str, several: Mapping[str, list[str]], headers: Any) -> None:
        super().__init__(method, "https://stock.example/", headers=headers)
        self.payload = Payload(several)

    @property
    def args(self) -> Any:
        return self.payload.data

    form = args


class Body(JsonPayload):  # type: ignore[misc] - Authlib has no types
    def __init__(self, data: Any) -> None:
        self._data = data

    @property
    def data(self) -> Any:
        return self._data


class BodyRequest(JsonRequest):  # type: ignore[misc] - Authlib has no types
    def __init__(self, data: Any) -> None:
        super().__init__("POST", "https://stock.example/")
        self.payload = Body(data)


class Codes(AuthorizationCodeGrant):  # type: ignore[misc] - Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = BASIC

    def validate_authorization_request(self) -> str:
        """Check what Open Badges makes a duty: scope, state, challenge and method."""
        redirect_uri = str(super().validate_authorization_request())
        sent = self.request.payload
        missing = [name for name in self.required() if not sent.data.get(name)]
        repeated = [name for name, values in sent.datalist.items() if len(values) > 1]
        if missing or repeated:
            raise InvalidRequestError(
                f"expected once: {missing or repeated}", redirect_uri=redirect_uri
            )
        if not self.request.client.get_allowed_scope(sent.scope):
            raise InvalidScopeError(redirect_uri=redirect_uri)
        return redirect_uri

    def required(self) -> tuple[str, ...]:
        return ("scope", "state", "code_challenge", "code_challenge_method")

    def save_authorization_code(self, code: str, request: Any) -> None:
        sent, keeping = request.payload, self.server.keeping
        challenge = (sent.data.get("code_challenge", ""), sent.data.get("code_challenge_method"))
        keeping.codes[code] = Code(
            code, request.user, request.client, sent.redirect_uri, sent.scope, *challenge
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        known = self.server.keeping.codes.get(code)
        if known is None or known.client is not client or known.is_over():
            return None
        if known.is_used:
            self.used_again(known)
            return None
        return known

    def used_again(self, code: Code) -> None:
        for token in code.tokens:
            token.end()

    def delete_authorization_code(self, authorization_code: Code) -> None:
        authorization_code.is_used = True

    def authenticate_user(self, authorization_code: Code) -> Any:
        return authorization_code.person


class Challenges(CodeChallenge):  # type: ignore[misc] - Authlib has no types
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)


class Refreshing(RefreshTokenGrant):  # type: ignore[misc] - Authlib has no types
    """Every refresh token works once."""

    TOKEN_ENDPOINT_AUTH_METHODS = BASIC
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        known = self.server.keeping.by_refresh(refresh_token)
        return None if known is None or known.is_refresh_over else known

    def authenticate_user(self, refresh_token: Token) -> Any:
        return refresh_token.person

    def revoke_old_credential(self, refresh_token: Token) -> None:
        refresh_token.end()


class Revoking(RevocationEndpoint):  # type: ignore[misc] - Authlib has no types
    CLIENT_AUTH_METHODS = BASIC

    def query_token(self, token_string: str, _token_type_hint: str | None) -> Token | None:
        keeping = self.server.keeping
        return keeping.by_refresh(token_string) or keeping.by_access(token_string)

    def revoke_token(self, token: Token, request: Any) -> None:
        if request.form["token"] == token.refresh:
            token.end()
        else:
            token.is_access_over = True


class Registering(ClientRegistrationEndpoint):  # type: ignore[misc] - Authlib has no types
    def authenticate_token(self, _request: Any) -> str:
        return "anybody may register"

    def extract_client_metadata(self, request: Any) -> dict[str, Any]:
        sent = request.payload.data
        if not isinstance(sent, dict):
            raise InvalidClientMetadataError("expected a JSON object")
        for name in self.needed():
            if not isinstance(sent.get(name), str) or not sent[name]:
                raise InvalidClientMetadataError(f"expected a text: {name}")
        uris = sent.get("redirect_uris")
        if not isinstance(uris, list) or not uris:
            raise InvalidRedirectURIError
        hosts = {self.host_of(sent[name]) for name in NEEDED if name.endswith("_uri")}
        hosts |= {self.host_of(uri) for uri in uris}
        if len(hosts) > 1:
            raise InvalidClientMetadataError(f"expected URLs of one host, saw {sorted(hosts)}")
        metadata = {**USE, **sent}
        for name, right in USE.items():
            if not self.is_right_use(metadata[name], right):
                raise InvalidClientMetadataError(f"expected {right}: {name}")
        metadata["scope"] = self.scope_of(sent.get("scope", " ".join(SCOPES)))
        return metadata

    def needed(self) -> tuple[str, ...]:
        return (*NEEDED, "software_version")

    def host_of(self, uri: Any) -> str:
        try:
            parts = urlsplit(uri if isinstance(uri, str) else "")
            host = parts.hostname or ""
        except ValueError:
            host, parts = "", urlsplit("")
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in HERE)
        if not host or not is_safe or parts.fragment:
            raise InvalidClientMetadataError(f"expected an https URL, saw {uri}")
        return host

    def is_right_use(self, value: Any, right: Any) -> bool:
        return bool(value == right)

    def scope_of(self, asked: Any) -> str:
        if not isinstance(asked, str) or not set(asked.split()) <= set(SCOPES):
            raise InvalidClientMetadataError("expected scopes that are offered")
        return asked

    def save_client(self, info: dict[str, Any], metadata: dict[str, Any], _request: Any) -> Client:
        client = Client(info["client_id"], info["client_secret"], metadata)
        self.server.keeping.clients[client.client_id] = client
        return client

    def generate_client_secret(self, _request: Any = None) -> str:
        return f"{secrets.token_urlsafe(32)}&=% "[:-1]


class Granting(AuthorizationServer):  # type: ignore[misc] - Authlib has no types
    """The whole server; handlers turn its answers into HTTP."""

    def __init__(self, keeping: Keeping, expires: int, parts: Any) -> None:
        super().__init__(scopes_supported=SCOPES)
        self.keeping, self.expires = keeping, expires
        generator = BearerTokenGenerator(
            lambda **_: secrets.token_hex(24), self.refresh_token, lambda *_: expires
        )
        self.register_token_generator("default", generator)
        self.register_grant(parts(Codes), [parts(Challenges)(required=True)])
        self.register_grant(parts(Refreshing))
        self.register_endpoint(parts(Revoking))
        self.register_endpoint(parts(Registering))

    def refresh_token(self, scope: str = "", **_: Any) -> str | None:
        return secrets.token_hex(32) if OFFLINE in (scope or "").split() else None

    def query_client(self, client_id: str) -> Client | None:
        return self.keeping.clients.get(client_id)

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        until = time.time() + self.expires
        known = Token(
            request.user,
            request.client,
            token["scope"],
            token["access_token"],
            token.get("refresh_token"),
            until,
        )
        self.keeping.tokens.append(known)
        if request.authorization_code is not None:
            request.authorization_code.tokens.append(known)

    def create_oauth2_request(self, request: Any) -> Any:
        return request

    create_json_request = create_oauth2_request

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        return status, body, headers

    def send_signal(self, *_: Any, **__: Any) -> None:
        """Nobody listens."""
