"""The Service Description Document, with more in it than is asked for."""

from typing import Any

SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
READ, WRITE, SEE, CHANGE = (
    f"{SCOPE}{name}"
    for name in ("credential.readonly", "credential.upsert", "profile.readonly", "profile.update")
)
SCOPES = {
    READ: "Read your badges",
    WRITE: "Add badges to yours",
    SEE: "Read your profile",
    CHANGE: "Ask for changes of your profile",
}


class Announcing:
    """``root`` is where the document is found, ``api`` where the calls are."""

    def __init__(self, root: str, api: str) -> None:
        self.root, self.api = root, api

    def document(self) -> dict[str, Any]:
        return {
            "components": {"schemas": {}, "securitySchemes": self.schemes()},
            "externalDocs": {"url": "https://composed.example/docs"},
            "info": self.info(),
            "openapi": "3.0.3",
            "paths": self.paths(),
            "security": [{"OAuth2ACG": list(SCOPES)}],
            "servers": [{"url": self.api, "description": "The only one"}],
            "tags": [{"name": "Open Badges"}],
        }

    def info(self) -> dict[str, Any]:
        return {
            "contact": {"email": "help@composed.example"},
            "license": {"name": "none"},
            "termsOfService": "https://composed.example/terms",
            "title": "Composed host",
            "version": "2026-11",
            "x-imssf-image": "https://composed.example/logo.svg",
            "x-imssf-privacyPolicyUrl": "https://composed.example/privacy",
        }

    def schemes(self) -> dict[str, Any]:
        return {
            "Internal": {"type": "http", "scheme": "basic"},
            "OAuth2ACG": {
                "description": "Codes with PKCE",
                "flows": {"authorizationCode": self.flow()},
                "type": "oauth2",
                "x-imssf-registrationUrl": f"{self.root}/connect/register",
                "x-imssf-revocationUrl": f"{self.root}/connect/revoke",
            },
        }

    def flow(self) -> dict[str, Any]:
        return {
            "authorizationUrl": f"{self.root}/connect/authorize",
            "refreshUrl": f"{self.root}/connect/token",
            "scopes": self.scopes(),
            "tokenUrl": f"{self.root}/connect/token",
        }

    def scopes(self) -> dict[str, str]:
        return SCOPES

    def paths(self) -> dict[str, Any]:
        answer = {"responses": {"default": {"description": "See Open Badges 3.0"}}}
        return {
            "/credentials": {
                "get": {"operationId": "getCredentials", **answer},
                "post": {"operationId": "upsertCredential", **answer},
            },
            "/profile": {
                "get": {"operationId": "getProfile", **answer},
                "put": {"operationId": "putProfile", **answer},
            },
        }
