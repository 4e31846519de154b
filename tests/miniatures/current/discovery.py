"""The Service Description Document, and registration with the scopes of this API."""

import hashlib
import json
from typing import Any

from tests.miniatures.current.choices import Choices
from tests.miniatures.modern.messages import Answer, Request, oauth_no
from tests.miniatures.modern.registration import Registration

SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
READ, WRITE, PROFILE, UPDATE = (
    f"{SCOPE}{name}"
    for name in ("credential.readonly", "credential.upsert", "profile.readonly", "profile.update")
)


def offered(choices: Choices) -> tuple[str, ...]:
    return (WRITE, READ, PROFILE, *((UPDATE,) if choices.updates else ()))


class Discovery:
    def __init__(self, root: str, choices: Choices, scopes: tuple[str, ...]) -> None:
        self.root, self.choices, self.scopes = root, choices, scopes

    def info(self) -> dict[str, Any]:
        return {
            "title": "Current host",
            "version": "1.0",
            "termsOfService": f"{self.root}/terms",
            "x-imssf-privacyPolicyUrl": f"{self.root}/privacy",
        }

    def flow(self) -> dict[str, Any]:
        refresh = {"refreshUrl": f"{self.root}/tokens/renew"} if self.choices.refreshes else {}
        return {
            "authorizationUrl": f"{self.root}/ask?kind=credentials",
            "tokenUrl": f"{self.root}/tokens",
            "scopes": dict.fromkeys(self.scopes, "Permission"),
            **refresh,
        }

    def scheme(self) -> dict[str, Any]:
        ends = {"x-imssf-revocationUrl": f"{self.root}/tokens/end"} if self.choices.revokes else {}
        return {
            "type": "oauth2",
            "x-imssf-registrationUrl": f"{self.root}/clients",
            "flows": {"authorizationCode": self.flow()},
            **ends,
        }

    def document(self) -> dict[str, Any]:
        return {
            "openapi": "3.0.1",
            "info": self.info(),
            "servers": [{"url": f"{self.root}{self.choices.base}"}],
            "paths": {"/credentials": {"get": {}, "post": {}}, "/profile": {"get": {}}},
            "components": {"securitySchemes": {"OAuth2ACG": self.scheme()}},
        }

    def get(self, request: Request) -> Answer:
        content = json.dumps(self.document()).encode()
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Content-Type": "application/json"}
        if request.headers.get("if-none-match") == tag:
            return Answer(304, b"", headers)
        return Answer(200, content, headers)


class Clients(Registration):
    """Needs a scope, and arrays."""

    def checked(self, sent: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(sent.get("scope"), str):
            raise oauth_no("invalid_client_metadata", "expected a text: scope")
        return super().checked(sent)
