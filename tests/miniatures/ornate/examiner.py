"""Is it a badge? Reads all that belongs to it and says what is wrong with it."""

import asyncio
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin
from xml.etree import ElementTree as ET

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.miniatures.ornate import shapes
from tests.miniatures.ornate.addresses import origin_of
from tests.miniatures.ornate.library import Library
from tests.miniatures.ornate.refused import Refused
from tests.miniatures.ornate.text import read_object

PATIENCE = 15.0  # seconds for everything that belongs to one badge
PNG = re.compile(rb"\x89PNG\r\n\x1a\n....IHDR", re.DOTALL)
JWS = re.compile(r"([\w-]+)\.([\w-]+)\.([\w-]*)", re.ASCII)


@dataclass(frozen=True)
class Badge:
    """A badge that is one; for whom and by whom it was made."""

    shown: dict[str, Any]
    identity: str
    salt: str
    is_hashed: bool
    issuer: str
    hosts: frozenset[str | None]
    name: str


class Examiner:
    def __init__(self, library: Library, now: Callable[[], float]) -> None:
        self.library, self.now = library, now

    async def examine(self, pushed: str) -> Badge:
        try:
            async with asyncio.timeout(PATIENCE):
                if origin_of(pushed):
                    return await self.hosted(pushed)
                if JWS.fullmatch(pushed):
                    return await self.signed(pushed)
        except TimeoutError:
            raise Refused(424, "What belongs to this badge takes too long to read.") from None
        raise Refused(400, "A badge is pushed as the address of its assertion, or as its JWS.")

    async def hosted(self, address: str) -> Badge:
        assertion = await self.document(address)
        if isinstance(assertion.get("badge"), dict):
            return await self.flat(address, assertion)
        complain(shapes.problems(assertion, shapes.HOSTED, "assertion"))
        other = assertion["verify"]["url"]
        if other != address and await self.document(other) != assertion:
            raise Refused(400, "At verify.url there is another assertion.")
        return await self.linked(assertion, {origin_of(address), origin_of(other)})

    async def signed(self, jws: str) -> Badge:
        head, payload, signature = (unpacked(part) for part in jws.split("."))
        assertion = read_object(payload, "The payload of the JWS")
        complain(shapes.problems(assertion, shapes.SIGNED, "assertion"))
        where = assertion["verify"]["url"]
        algorithm = read_object(head, "The header of the JWS")
        signed = jws.rpartition(".")[0].encode()
        self.verify(algorithm, signed, signature, await self.library.read(where))
        badge = await self.linked(assertion, {origin_of(where)})
        await self.ask_whether_revoked(assertion, badge.shown["badge"]["issuer"])
        return badge

    def verify(self, head: dict[str, Any], signed: bytes, signature: bytes, pem: bytes) -> None:
        if head.get("alg") != "RS256" or "crit" in head:
            raise Refused(400, "Only RS256 is taken for a signature.")
        try:
            key = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm):
            raise Refused(424, "At verify.url there is no public key in PEM.") from None
        if not isinstance(key, rsa.RSAPublicKey):
            raise Refused(424, "The key at verify.url is none of RSA.")
        try:
            key.verify(signature, signed, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            raise Refused(400, "The signature was not made with the key at verify.url.") from None

    async def ask_whether_revoked(self, assertion: dict[str, Any], issuer: dict[str, Any]) -> None:
        if "revocationList" in issuer:
            revoked = await self.document(issuer["revocationList"])
            if {str(assertion["uid"]), str(assertion.get("id"))} & set(revoked):
                raise Refused(410, "The issuer has revoked this badge.")

    async def linked(self, assertion: dict[str, Any], hosts: set[str | None]) -> Badge:
        """Badge class and issuer put in the places of their addresses."""
        recipient, where = assertion["recipient"], assertion["badge"]
        if recipient["hashed"] and not shapes.is_hash(recipient["identity"]):
            raise Refused(400, "The recipient says that it is a hash, and it is none.")
        if self.is_past(assertion):
            raise Refused(410, "The badge has expired.")
        badge = await self.document(where)
        complain(shapes.problems(badge, shapes.BADGE_CLASS, "badge class"))
        issuer = await self.document(badge["issuer"])
        complain(shapes.problems(issuer, shapes.ISSUER, "issuer"))
        pictures = [assertion.get("image"), badge["image"], issuer.get("image")]
        await asyncio.gather(*(self.see(picture) for picture in pictures if picture))
        origin = str(origin_of(issuer["url"]))
        issuer = {**issuer, "origin": origin, "_location": badge["issuer"]}
        shown = {
            **assertion,
            "_originalRecipient": recipient,
            "badge": {**badge, "issuer": issuer, "_location": where},
            "issued_on": assertion["issuedOn"],
            "recipient": recipient["identity"],
            "looked_at": int(self.now()),
        }
        identity, salt = recipient["identity"], recipient.get("salt", "")
        name = f"{origin} {assertion['uid']}"
        return Badge(shown, identity, salt, recipient["hashed"], origin, frozenset(hosts), name)

    async def flat(self, address: str, assertion: dict[str, Any]) -> Badge:
        """The one document of version 0.5."""
        complain(shapes.problems(assertion, shapes.FLAT, "assertion"))
        if self.is_past(assertion):
            raise Refused(410, "The badge has expired.")
        origin = str(origin_of(assertion["badge"]["issuer"]["origin"]))
        await self.see(urljoin(origin, assertion["badge"]["image"]))
        identity, salt = assertion["recipient"], assertion.get("salt", "")
        hosts = frozenset({origin_of(address)})
        is_hashed = shapes.is_hash(identity)
        return Badge(assertion, identity, salt, is_hashed, origin, hosts, f"at {address}")

    def is_past(self, assertion: dict[str, Any]) -> bool:
        until = shapes.seconds_of(assertion.get("expires"))
        return until is not None and until < self.now()

    async def see(self, picture: str) -> None:
        is_inline = picture.startswith("data:")
        content = inline(picture) if is_inline else await self.library.read(picture)
        if not PNG.match(content) and not is_svg(content):
            raise Refused(424, "There is an image that is neither PNG nor SVG.")

    async def document(self, address: str) -> dict[str, Any]:
        return read_object(await self.library.read(address), address)


def complain(problems: list[str]) -> None:
    if problems:
        raise Refused(400, f"This is no badge. {problems[0]}", *problems)


def unpacked(part: str) -> bytes:
    """The bytes of base64url without padding, if it is the one right spelling of them."""
    try:
        content = b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError:
        content = b""
    if urlsafe_b64encode(content).rstrip(b"=") != part.encode():
        raise Refused(400, "A part of the JWS is no base64url.")
    return content


def inline(address: str) -> bytes:
    head, _, tail = address.partition(",")
    if not head.endswith(";base64"):
        return unquote_to_bytes(tail)
    try:
        return b64decode(unquote_to_bytes(tail), validate=True)
    except ValueError:
        raise Refused(400, "An image in the document is no base64.") from None


def is_svg(content: bytes) -> bool:
    try:
        return bool(re.fullmatch(r"(\{.*\})?svg", ET.fromstring(content).tag))  # noqa: S314
    except (ET.ParseError, ValueError):
        return False
