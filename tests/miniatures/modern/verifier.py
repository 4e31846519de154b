"""Is it a valid Open Badge 2.0?"""

import base64
import binascii
import hashlib
import json
import re
import time
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib import error, parse, request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

LONGEST = 1024 * 1024
SECONDS = 5.0
HASHES = ("sha256", "md5")
HOSTED, SIGNED = ("HostedBadge", "hosted"), ("SignedBadge", "signed")


class Invalid(Exception):
    """Why a badge is not valid."""


def types_of(document: Mapping[str, Any]) -> list[Any]:
    types = document.get("type")
    return types if isinstance(types, list) else [types]


def is_url(value: Any) -> bool:
    return isinstance(value, str) and re.match(r"https?://[^/?#\s]+", value) is not None


def origin_of(url: str) -> tuple[str, str]:
    parts = parse.urlsplit(url)
    return parts.scheme, parts.netloc


class Verifier:
    def __init__(self) -> None:
        self.opener = request.build_opener(request.ProxyHandler({}))

    def fetch(self, url: str) -> bytes:
        if not is_url(url):
            raise Invalid(f"not a URL: {url!r}")
        headers = {"Accept": "application/ld+json, application/json"}
        asked = request.Request(url, headers=headers)  # noqa: S310 - http or https, see above
        try:
            with self.opener.open(asked, timeout=SECONDS) as answer:
                content = self.content(answer)
        except (OSError, error.URLError, HTTPException, ValueError) as trouble:
            raise Invalid(f"{url} cannot be fetched: {trouble}") from None
        if len(content) > LONGEST:
            raise Invalid(f"{url} is too long")
        return content

    def content(self, answer: Any) -> bytes:
        """What comes within the time for it, also where it comes byte by byte."""
        content, end = b"", time.monotonic() + SECONDS
        while (part := answer.read1(65536)) and len(content) <= LONGEST:
            content += part
            if time.monotonic() > end:
                raise Invalid("a document takes too long")
        return content

    def document(self, url: str) -> dict[str, Any]:
        try:
            value = json.loads(self.fetch(url).decode())
        except (ValueError, RecursionError):
            raise Invalid(f"{url} is no JSON") from None
        if not isinstance(value, dict):
            raise Invalid(f"{url} is no JSON object")
        return value

    def linked(self, value: Any, kinds: tuple[str, ...]) -> dict[str, Any]:
        """A document that is linked or embedded."""
        document = self.document(value) if isinstance(value, str) else value
        if not isinstance(document, dict) or not set(kinds) & set(map(str, types_of(document))):
            raise Invalid(f"expected a {kinds[0]}, or a link to one")
        if isinstance(value, str) and document.get("id") != value:
            raise Invalid(f"the {kinds[0]} at {value} has another id")
        return document

    def hosted(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Only the id of what was sent counts."""
        url = sent.get("id")
        if not is_url(url):
            raise Invalid("the id of the assertion is no URL")
        assertion = self.document(str(url))
        if assertion.get("id") != url:
            raise Invalid("the assertion has another id than its URL")
        if assertion.get("revoked", False) is not False:
            raise Invalid("the assertion is revoked")
        verification = self.common(assertion)
        if verification.get("type") not in HOSTED:
            raise Invalid("the verification is not HostedBadge")
        badge, issuer = self.around(assertion)
        for place in (str(url), badge["id"]):
            if is_url(place) and not self.is_in_scope(place, issuer):
                raise Invalid(f"{place} is not of its issuer")
        return assertion

    def common(self, assertion: Mapping[str, Any]) -> Mapping[str, Any]:
        if "Assertion" not in types_of(assertion):
            raise Invalid("the type is not Assertion")
        recipient = assertion.get("recipient")
        if not isinstance(recipient, dict) or not isinstance(recipient.get("identity"), str):
            raise Invalid("the recipient has no identity")
        if not isinstance(recipient.get("type"), str):
            raise Invalid("the recipient has no type")
        if not isinstance(recipient.get("hashed", False), bool):
            raise Invalid("hashed is no boolean")
        if not isinstance(recipient.get("salt", ""), str):
            raise Invalid("the salt is no text")
        self.moment(assertion.get("issuedOn"), "issuedOn")
        if "expires" in assertion:
            self.moment(assertion["expires"], "expires")
        verification = assertion.get("verification", assertion.get("verify"))
        if not isinstance(verification, dict):
            raise Invalid("there is no verification")
        return verification

    def moment(self, value: Any, name: str) -> None:
        try:
            datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise Invalid(f"{name} is no time") from None

    def around(self, assertion: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        badge = self.linked(assertion.get("badge"), ("BadgeClass",))
        self.members(badge, "the badge class", ("id", "name", "description"))
        image = badge.get("image")
        if not (isinstance(image, str) and parse.urlsplit(image).scheme) and not (
            isinstance(image, dict) and is_url(image.get("id"))
        ):
            raise Invalid("the badge class has no image")
        criteria = badge.get("criteria")
        told = criteria if isinstance(criteria, dict) else {"id": criteria}
        if not is_url(told.get("id")) and not isinstance(told.get("narrative"), str):
            raise Invalid("the badge class has no criteria")
        issuer = self.linked(badge.get("issuer"), ("Issuer", "Profile"))
        self.members(issuer, "the issuer", ("id", "name", "url"))
        for name in ("id", "url"):
            if not is_url(issuer[name]):
                raise Invalid(f"the {name} of the issuer is no URL")
        return badge, issuer

    def members(self, document: Mapping[str, Any], title: str, names: tuple[str, ...]) -> None:
        for name in names:
            if not isinstance(document.get(name), str) or not document[name]:
                raise Invalid(f"{title} has no {name}")

    def is_in_scope(self, url: str, issuer: Mapping[str, Any]) -> bool:
        rule = issuer.get("verification")
        rule = rule if isinstance(rule, dict) else {}
        starts, origins = rule.get("startsWith"), rule.get("allowedOrigins")
        if starts:
            return any(
                url.startswith(start) for start in ([starts], starts)[isinstance(starts, list)]
            )
        if origins:
            listed = origins if isinstance(origins, list) else [origins]
            return parse.urlsplit(url).netloc in listed
        return origin_of(url) == origin_of(issuer["id"])

    def is_of(self, recipient: Mapping[str, Any], email: str) -> bool:
        if recipient["type"] not in ("email", "schema:email"):
            return False
        identity = recipient["identity"]
        if not recipient.get("hashed", False):
            return bool(identity.lower() == email.lower())
        name, _, digest = identity.partition("$")
        if name not in HASHES:
            return False
        text = email + recipient.get("salt", "")
        expected = hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()
        return bool(digest.lower() == expected)

    def signed(self, text: str) -> dict[str, Any]:
        header, assertion = self.parts(text)
        if header.get("alg") != "RS256" or "crit" in header:
            raise Invalid("expected RS256")
        if not isinstance(assertion.get("id"), str) or not assertion["id"]:
            raise Invalid("the assertion has no id")
        verification = self.common(assertion)
        if verification.get("type") not in SIGNED:
            raise Invalid("the verification is not SignedBadge")
        _, issuer = self.around(assertion)
        key = self.key(verification, issuer)
        self.check(text, key)
        self.check_revocation(assertion, issuer)
        return assertion

    def parts(self, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
        if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", text, re.ASCII):
            raise Invalid("expected header.payload.signature")
        try:
            header, payload = (json.loads(self.decoded(part)) for part in text.split(".")[:2])
        except (ValueError, RecursionError):
            raise Invalid("header or payload is no JSON") from None
        if not isinstance(header, dict) or not isinstance(payload, dict):
            raise Invalid("header or payload is no JSON object")
        return header, payload

    def decoded(self, part: str) -> bytes:
        try:
            return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except binascii.Error:
            raise Invalid("a part is no base64url") from None

    def key(self, verification: Mapping[str, Any], issuer: Mapping[str, Any]) -> RSAPublicKey:
        keys = issuer.get("publicKey")
        keys = keys if isinstance(keys, list) else [keys]
        links = [key.get("id") if isinstance(key, dict) else key for key in keys]
        creator = verification.get("creator", links[0])
        if not isinstance(creator, str) or creator not in links:
            raise Invalid("the issuer does not own the key")
        document = self.linked(creator, ("CryptographicKey",))
        if document.get("owner") != issuer["id"]:
            raise Invalid("the key is not owned by the issuer")
        try:
            key = load_pem_public_key(str(document.get("publicKeyPem")).encode())
        except ValueError:
            raise Invalid("the key is no PEM") from None
        if not isinstance(key, RSAPublicKey):
            raise Invalid("the key is no RSA key")
        return key

    def check(self, text: str, key: RSAPublicKey) -> None:
        signed, _, signature = text.rpartition(".")
        try:
            key.verify(self.decoded(signature), signed.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            raise Invalid("the signature is wrong") from None

    def check_revocation(self, assertion: Mapping[str, Any], issuer: Mapping[str, Any]) -> None:
        if "revocationList" not in issuer:
            return
        entries = self.document(issuer["revocationList"]).get("revokedAssertions", [])
        if not isinstance(entries, list):
            raise Invalid("the revocation list has no list")
        for entry in entries:
            ids = [entry] if isinstance(entry, str) else [entry.get("id"), entry.get("uid")]
            if assertion["id"] in ids:
                raise Invalid("the assertion is revoked")
