"""The manifest, by which clients find everything else (Open Badges 2.1, section Discovery)."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.oauth.server import OFFLINE, Offer
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.seams import seam

PATH = "/.well-known/badgeconnect.json"
API_BASE = "/ims/ob/v2p1"
CONTEXT = "https://purl.imsglobal.org/spec/ob/v2p1/ob_v2p1.jsonld"
VERSION = "v2p1"
SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/"
READ, CREATE = f"{SCOPE}assertion.readonly", f"{SCOPE}assertion.create"
READ_PROFILE, UPDATE_PROFILE = f"{SCOPE}profile.readonly", f"{SCOPE}profile.update"
OFFER = Offer((CREATE, READ, READ_PROFILE, UPDATE_PROFILE, OFFLINE))


def root_of(request: web.Request) -> str:
    """The URL at which the client reached this Backpack, without a trailing slash."""
    sandbox = exchange_of(request).sandbox
    return f"{sandbox.root_for(request)}{sandbox.prefix}"


async def manifest(_handlers: Any, request: web.Request) -> web.Response:
    """``GET /.well-known/badgeconnect.json``, without credentials."""
    at = f"{exchange_of(request).sandbox.root_for(request)}{request.path}"
    return manifest_answer(document(root_of(request), at))


def document(root: str, at: str) -> dict[str, Any]:
    """The manifest of a Backpack at a URL, found at another one."""
    entries = [entry(root)]
    return whole({"@context": CONTEXT, "id": at, "badgeConnectAPI": entries})


@seam
def whole(body: dict[str, Any]) -> dict[str, Any]:
    """The manifest, when all is in it."""
    return body


@seam
def entry(root: str) -> dict[str, Any]:
    """The one API."""
    return {
        "name": "Mock Backpack",
        "apiBase": f"{root}{API_BASE}",
        "version": VERSION,
        "termsOfServiceUrl": f"{root}/",
        "privacyPolicyUrl": f"{root}/",
        "scopesOffered": list(OFFER.scopes),
        "registrationUrl": f"{root}/oauth/register",
        "authorizationUrl": f"{root}/oauth/authorize",
        "tokenUrl": f"{root}/oauth/token",
        "tokenRevocationUrl": f"{root}/oauth/revoke",
    }


@seam
def manifest_answer(body: dict[str, Any]) -> web.Response:
    """The good answer."""
    return json_answer(body, {"Cache-Control": "max-age=3600"})
