"""Responses of a Backpack as named answers see them: good ones, and ways to spoil them."""

from collections.abc import Mapping
from typing import Any

JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html; charset=utf-8"}
LOCATION = {"location": "https://issuer.example/callback"}
MESSAGE = {"message": "not this"}
GRANT = {
    "access_token": "a+/=b",
    "refresh_token": "r",
    "expires": "3600",
    "api_root": "http://localhost:8/v2",
}
PAIR = {"expires": 3600, "access_token": "a", "refresh_token": "r"}
IDENTITY = {"recipient": "sha256$" + 64 * "0", "salt": "_123abc456", "type": "email"}
ISSUER = {
    "name": "Issuer",
    "url": "http://localhost",
    "_location": "http://localhost/i",
    "origin": "http://localhost",
}
BADGE_CLASS = {
    "name": "Badge",
    "description": "",
    "image": "data:image/png;base64,AAAA",
    "criteria": "http://localhost/c",
    "alignment": [],
    "issuer": ISSUER,
    "_location": "https://localhost:1/b",
}
BADGE = {
    "uid": "1",
    "recipient": "ada@example.org",
    "badge": BADGE_CLASS,
    "verify": {"url": "http://localhost/a", "type": "hosted"},
    "issuedOn": 1403784577,
    "_originalRecipient": {"identity": "ada@example.org", "type": "email", "hashed": False},
    "issued_on": 1403784577,
}

Response = Mapping[str, Any]


def says(status: int, body: Any = None, headers: Any = JSON, landed: Any = None) -> Response:
    """A response as answers see it."""
    return {"status": status, "headers": dict(headers), "body": body, "landed": landed}


def lands(status: int = 303, **parameters: Any) -> Response:
    """A redirect that ended at the callback with these parameters."""
    at = {"url": LOCATION["location"], "parameters": parameters, "acted": True}
    return says(status, None, LOCATION, at)


def without(value: Mapping[str, Any], *path: str) -> dict[str, Any]:
    """The value without the member at a path."""
    first, *rest = path
    if rest:
        return {**value, first: without(value[first], *rest)}
    return {name: member for name, member in value.items() if name != first}


def changed(value: Mapping[str, Any], *path: str, to: Any) -> dict[str, Any]:
    """The value with another member at a path."""
    first, *rest = path
    return {**value, first: changed(value[first], *rest, to=to) if rest else to}


def created(badge: Any, status: int = 201, *, exists: Any = False) -> Response:
    """The answer to a good push, with this badge."""
    return says(status, {"exists": exists, "badge": badge})


REFUSALS = [
    says(400, MESSAGE),
    says(401, MESSAGE, {**JSON, "www-authenticate": 'Bearer error="invalid_token"'}),
    says(401),
    says(403, "forbidden", HTML),
    says(404, MESSAGE),
    says(405),
    says(409, MESSAGE),
    says(422, {"message": ["one", "two"]}),
    says(429, MESSAGE),
    says(499),
]
NO_REFUSALS = [
    says(200, MESSAGE),
    says(201, {"exists": True}),
    says(204),
    says(302, None, LOCATION),
    says(304),
    says(399, MESSAGE),
    says(500, MESSAGE),
    says(502, "Bad gateway", HTML),
    says(503, MESSAGE),
    says(504),
]
