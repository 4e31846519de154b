"""The manifest, by which clients find everything else (Open Badges 2.1, section Discovery)."""

import hashlib
from typing import Any

from aiohttp import hdrs, web

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.oauth.server import OFFLINE, Offer
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import json_bytes

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
    body = document(root_of(request), at)
    headers = {"Cache-Control": "max-age=3600", "ETag": tag_of(body)}
    if is_known(request, headers["ETag"]):
        return web.Response(status=304, headers=headers)
    return manifest_answer(body, headers)


def document(root: str, at: str) -> dict[str, Any]:
    """The manifest of a Backpack at a URL, found at another one."""
    return whole({"@context": CONTEXT, "id": at, "badgeConnectAPI": entries(root)})


@seam
def whole(body: dict[str, Any]) -> dict[str, Any]:
    """The manifest, when all is in it."""
    return body


@seam
def entries(root: str) -> list[dict[str, Any]]:
    """All APIs of this Backpack."""
    return [entry(root)]


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


def tag_of(body: dict[str, Any]) -> str:
    """The entity tag of a manifest (RFC 9110 section 8.8.3)."""
    return f'"{hashlib.sha256(json_bytes(body)).hexdigest()[:16]}"'


@seam
def is_known(request: web.Request, tag: str) -> bool:
    """Whether the client has this manifest already (RFC 9110 section 13.1.2)."""
    named = ",".join(request.headers.getall(hdrs.IF_NONE_MATCH, ()))
    return tag in (name.strip().removeprefix("W/") for name in named.split(","))


@seam
def manifest_answer(body: dict[str, Any], headers: dict[str, str]) -> web.Response:
    """The good answer."""
    return json_answer(body, headers)
