"""The service description, by which clients find everything else (section Service Discovery).

It is an OpenAPI document of our own with the profile's members, not a copy of the published one.
"""

import hashlib
from typing import Any

from aiohttp import web

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.oauth.server import OFFLINE, Offer
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import json_bytes

BASE = "/ims/ob/v3p0"
PATH = f"{BASE}/discovery"
OAUTH = f"{BASE}/oauth"
SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
READ, UPSERT = f"{SCOPE}credential.readonly", f"{SCOPE}credential.upsert"
READ_PROFILE, UPDATE_PROFILE = f"{SCOPE}profile.readonly", f"{SCOPE}profile.update"
SCOPES = {
    READ: "Read the credentials of a person",
    UPSERT: "Add credentials, or replace them by newer ones",
    READ_PROFILE: "Read the profile of a person",
    UPDATE_PROFILE: "Replace the profile of a person",
    OFFLINE: "Get a refresh token, which every client gets",
}
OFFER = Offer(
    tuple(SCOPES),
    path=OAUTH,
    requires_scope=True,
    narrows_scope=True,
    always_refreshes=True,
    introduces=("client_uri", "logo_uri", "tos_uri", "policy_uri"),
    requirements={"BC21-CLIENT-03": "OB3-CLIENT-02", "BC21-CLIENT-09": "OB3-CLIENT-05"},
)
VERSION = "1.0"


def root_of(request: web.Request) -> str:
    """The URL at which the client reached this Backpack, without a trailing slash."""
    sandbox = exchange_of(request).sandbox
    return f"{sandbox.root_for(request)}{sandbox.prefix}"


async def discovery(_handlers: Any, request: web.Request) -> web.Response:
    """``GET /ims/ob/v3p0/discovery``, without credentials."""
    body = whole(document(root_of(request)))
    tag = f'"{hashlib.sha256(json_bytes(body)).hexdigest()[:16]}"'
    if is_current(request.headers.get("If-None-Match", ""), tag):
        return web.Response(status=304, headers={"ETag": tag})
    return discovery_answer(body, tag)


@seam
def is_current(known: str, tag: str) -> bool:
    """Whether a client has this description already (RFC 9110 section 13.1.2)."""
    return tag in known


def document(root: str) -> dict[str, Any]:
    """The service description of a Backpack at a URL."""
    return {
        "openapi": "3.0.1",
        "info": info(root),
        "servers": servers(root),
        "paths": paths(),
        "components": {"securitySchemes": {"OAuth2ACG": security(root)}},
    }


@seam
def whole(body: dict[str, Any]) -> dict[str, Any]:
    """The service description, when all is in it."""
    return body


@seam
def servers(root: str) -> list[dict[str, str]]:
    """Where the calls are."""
    return [{"url": f"{root}{BASE}"}]


@seam
def info(root: str) -> dict[str, Any]:
    """Who offers the service, and under which terms."""
    return {
        "title": "Mock Backpack",
        "description": "A Backpack for tests",
        "version": VERSION,
        "termsOfService": f"{root}/",
        "x-imssf-privacyPolicyUrl": f"{root}/",
    }


@seam
def security(root: str) -> dict[str, Any]:
    """Where clients register and get tokens."""
    return {
        "type": "oauth2",
        "description": "OAuth 2.0 with a code and PKCE",
        "x-imssf-registrationUrl": f"{root}{OAUTH}/register",
        "flows": {"authorizationCode": flow(root)},
    }


@seam
def flow(root: str) -> dict[str, Any]:
    """The endpoints of the authorization server, and the scopes.

    ``x-imssf-revocationUrl`` has no name in the profile, which leaves revocation optional.
    """
    return {
        "authorizationUrl": f"{root}{OAUTH}/authorize",
        "tokenUrl": f"{root}{OAUTH}/token",
        "refreshUrl": f"{root}{OAUTH}/token",
        "x-imssf-revocationUrl": f"{root}{OAUTH}/revoke",
        "scopes": dict(SCOPES),
    }


@seam
def paths() -> dict[str, Any]:
    """The calls."""
    return {
        "/credentials": {
            "get": call("getCredentials", READ, {"200": "The credentials"}),
            "post": call("upsertCredential", UPSERT, {"200": "Replaced", "201": "Created"}),
        },
        "/discovery": {
            "get": {
                "operationId": "getServiceDescription",
                "responses": {"200": {"description": "This description"}},
            }
        },
        "/profile": {
            "get": call("getProfile", READ_PROFILE, {"200": "The profile"}),
            "put": call("putProfile", UPDATE_PROFILE, {"200": "The new profile"}),
        },
    }


def call(name: str, scope: str, answers: dict[str, str]) -> dict[str, Any]:
    """One call as OpenAPI describes it."""
    return {
        "operationId": name,
        "security": [{"OAuth2ACG": [scope]}],
        "responses": {status: {"description": words} for status, words in answers.items()},
    }


@seam
def discovery_answer(body: dict[str, Any], tag: str) -> web.Response:
    """The good answer."""
    return json_answer(body, {"Cache-Control": "max-age=3600", "ETag": tag})
