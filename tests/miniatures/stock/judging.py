"""Whether a pushed assertion is a valid Open Badge 2.0: by JSON Schemas, and by what is hosted."""

import hashlib
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from jsonschema import Draft202012Validator
from tornado.httpclient import AsyncHTTPClient, HTTPError

URL = {"type": "string", "pattern": "^https?://[^/?#]+"}
TEXT = {"type": "string", "minLength": 1}


def kind(*names: str) -> dict[str, Any]:
    """A type, alone or among others."""
    return {"anyOf": [{"enum": names}, {"type": "array", "contains": {"enum": names}}]}


def document(members: dict[str, Any], *optional: str) -> Draft202012Validator:
    needed = [name for name in members if name not in optional]
    return Draft202012Validator({"type": "object", "required": needed, "properties": members})


RECIPIENT = {
    "type": "object",
    "required": ["type", "identity", "hashed"],
    "properties": {
        "type": TEXT,
        "identity": TEXT,
        "hashed": {"type": "boolean"},
        "salt": {"type": "string"},
    },
}
VERIFICATION = {"type": "object", "required": ["type"]}
ASSERTION = document(
    {
        "id": TEXT,
        "type": kind("Assertion"),
        "recipient": RECIPIENT,
        "badge": {"type": ["string", "object"]},
        "issuedOn": TEXT,
        "expires": TEXT,
        "verification": VERIFICATION,
    },
    "expires",
)
IMAGE = {
    "anyOf": [URL, {"pattern": "^data:image/"}, {"required": ["id"], "properties": {"id": URL}}]
}
CRITERIA = {"anyOf": [URL, {"type": "object", "required": ["narrative"]}]}
CLASS = document(
    {
        "id": URL,
        "type": kind("BadgeClass"),
        "name": TEXT,
        "description": TEXT,
        "image": {"type": ["string", "object"], **IMAGE},
        "criteria": {"type": ["string", "object"], **CRITERIA},
        "issuer": {"type": ["string", "object"]},
    }
)
PROFILE = document({"id": URL, "type": kind("Profile", "Issuer"), "name": TEXT, "url": URL})
KEY = document({"id": URL, "owner": URL, "publicKeyPem": TEXT})


LONGEST = 512 * 1024
"""Bytes of a document; none is asked for in a compressed form."""


class Invalid(Exception):
    """What is wrong with a badge."""


class Judging:
    def __init__(self) -> None:
        self.client = AsyncHTTPClient(
            force_instance=True,
            defaults={"request_timeout": 1.5, "decompress_response": False},
            max_body_size=LONGEST,
        )

    async def fetched(self, url: Any) -> dict[str, Any]:
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise Invalid(f"expected a URL, saw {url!r}")
        try:
            answer = await self.client.fetch(url, max_redirects=4)
            value = json.loads(answer.body)
        except (HTTPError, OSError, ValueError, RecursionError) as error:
            raise Invalid(f"{url}: {error}") from None
        if not isinstance(value, dict):
            raise Invalid(f"{url}: expected an object")
        return value

    def fitting(self, value: Any, schema: Draft202012Validator) -> dict[str, Any]:
        for error in schema.iter_errors(value):
            raise Invalid(f"{error.json_path}: {error.message[:200]}")
        return dict(value)

    async def linked(self, value: Any, schema: Draft202012Validator) -> dict[str, Any]:
        """A document by its URL; one that is embedded is only trusted for its id."""
        url = value.get("id") if isinstance(value, dict) else value
        found = self.fitting(await self.fetched(url), schema)
        if found["id"] != url:
            raise Invalid(f"{url}: has the id {found['id']}")
        return found

    def read(self, assertion: dict[str, Any], kinds: tuple[str, ...]) -> dict[str, Any]:
        if assertion.get("revoked"):
            raise Invalid("the issuer has revoked it")
        whole = {**assertion}
        whole.setdefault("verification", assertion.get("verify"))
        self.fitting(whole, ASSERTION)
        if whole["verification"]["type"] not in kinds:
            raise Invalid(f"expected {kinds[0]}")
        for name in ("issuedOn", "expires"):
            if name in whole:
                self.time_of(whole[name])
        return whole

    def time_of(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise Invalid(str(error)) from None

    async def hosted(self, posted: dict[str, Any]) -> dict[str, Any]:
        url = posted.get("id")
        assertion = await self.what_counts(url, posted)
        self.read(assertion, ("HostedBadge", "hosted"))
        if assertion["id"] != url:
            raise Invalid(f"{url}: has the id {assertion['id']}")
        badge = await self.linked(assertion["badge"], CLASS)
        issuer = await self.linked(badge["issuer"], PROFILE)
        if not self.is_allowed(str(url), issuer):
            raise Invalid(f"{url} is not of its issuer")
        return assertion

    async def what_counts(self, url: Any, _posted: dict[str, Any]) -> dict[str, Any]:
        return await self.fetched(url)

    def is_allowed(self, url: str, issuer: dict[str, Any]) -> bool:
        rules = issuer.get("verification") or {}
        starts, origins = rules.get("startsWith"), rules.get("allowedOrigins")
        if starts is None and origins is None:
            return urlsplit(url)[:2] == urlsplit(issuer["id"])[:2]
        listed = [starts] if isinstance(starts, str) else starts or []
        hosts = [origins] if isinstance(origins, str) else origins or []
        return url.startswith(tuple(listed)) or urlsplit(url).hostname in hosts

    async def signed(self, text: str) -> dict[str, Any]:
        try:
            found = jws.extract_compact(text.encode())
            assertion = json.loads(found.payload)
        except (JoseError, ValueError, RecursionError) as error:
            raise Invalid(f"no compact JWS: {error}") from None
        if not isinstance(assertion, dict):
            raise Invalid("the payload is no object")
        whole = self.read(assertion, ("SignedBadge", "signed"))
        badge = await self.linked(assertion["badge"], CLASS)
        issuer = await self.linked(badge["issuer"], PROFILE)
        keys = issuer.get("publicKey") or []
        links = keys if isinstance(keys, list) else [keys]
        creator = whole["verification"].get("creator", links[0] if links else None)
        if creator not in links:
            raise Invalid("the key is not one of the issuer's")
        key = await self.linked(creator, KEY)
        if key["owner"] != issuer["id"]:
            raise Invalid("the key is not owned by the issuer")
        self.verify(text, key["publicKeyPem"])
        await self.check_list(assertion, issuer)
        return assertion

    def verify(self, text: str, pem: str) -> None:
        try:
            jws.deserialize_compact(text, RSAKey.import_key(pem), algorithms=["RS256"])
        except (JoseError, ValueError, TypeError) as error:
            raise Invalid(f"the signature does not verify: {error}") from None

    async def check_list(self, assertion: dict[str, Any], issuer: dict[str, Any]) -> None:
        if "revocationList" not in issuer:
            return
        entries = (await self.fetched(issuer["revocationList"])).get("revokedAssertions") or []
        ids = [entry if isinstance(entry, str) else entry.get("id") for entry in entries]
        if assertion["id"] in ids:
            raise Invalid("the issuer has revoked it")

    def is_of(self, recipient: dict[str, Any], email: str) -> bool:
        identity = recipient["identity"]
        if not recipient["hashed"]:
            return bool(identity == email)
        name, _, digest = identity.partition("$")
        if name not in ("sha256", "md5"):
            return False
        text = f"{email}{recipient.get('salt', '')}".encode()
        return hashlib.new(name, text, usedforsecurity=False).hexdigest() == digest.lower()
