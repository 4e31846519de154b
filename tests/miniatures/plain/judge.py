"""Finding out whether what was pushed is a valid badge."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib import parse
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.miniatures.plain.answer import Document, invalid, refusing
from tests.miniatures.plain.encodings import canonical, inline, json_object, unbase64url
from tests.miniatures.plain.members import (
    ASSERTION,
    BADGE_CLASS,
    FLAT,
    HASHED,
    ISSUER,
    conform,
    web,
)
from tests.miniatures.plain.urls import origin_of, target_of

COMPACT_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Verdict:
    """A valid badge, before anybody asked whose it is and who pushes it."""

    badge: Document
    recipient: Document
    origin: str
    sources: tuple[str, ...]
    key: tuple[str, str]


class Judge:
    """Finds out whether what was pushed is a valid badge."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self.fetch = fetch

    def judge(self, pushed: str) -> Verdict:
        if web(pushed):
            return self.hosted(pushed)
        if COMPACT_JWS.fullmatch(pushed):
            return self.signed(pushed)
        raise invalid("badge is neither an http(s) URL nor a compact JWS")

    def hosted(self, url: str) -> Verdict:
        assertion = self.document(url)
        if isinstance(assertion.get("badge"), dict):
            return self.flat(url, assertion)
        badge = self.linked(assertion, "hosted")
        claimed = assertion["verify"]["url"]
        if claimed != url and canonical(self.document(claimed)) != canonical(assertion):
            raise invalid("verify.url gives another assertion")
        return judged(assertion, badge, (url, claimed))

    def signed(self, jws: str) -> Verdict:
        message, _, signature = jws.rpartition(".")
        header, assertion = (json_object(unbase64url(p), "the JWS") for p in message.split("."))
        badge = self.linked(assertion, "signed")
        url = assertion["verify"]["url"]
        self.verify(header, message.encode(), unbase64url(signature), self.fetch(url))
        if self.is_revoked(assertion, badge["issuer"]):
            raise invalid("the badge is revoked")
        return judged(assertion, badge, (url,))

    def verify(self, header: Document, message: bytes, signature: bytes, pem: bytes) -> None:
        if header.get("alg") != "RS256" or "crit" in header:
            raise invalid("the JWS must be signed with RS256, without critical extensions")
        with refusing("the key at verify.url does not fit the signature"):
            key = load_pem_public_key(pem)
            if not isinstance(key, RSAPublicKey):
                raise invalid("verify.url gives no RSA key")
            key.verify(signature, message, PKCS1v15(), SHA256())

    def is_revoked(self, assertion: Document, issuer: Document) -> bool:
        revoked = self.document(issuer["revocationList"]) if "revocationList" in issuer else {}
        return assertion["uid"] in revoked or str(assertion.get("id")) in revoked

    def linked(self, assertion: Document, kind: str) -> Document:
        """The badge class of a 1.x assertion with its issuer put in place, all members judged."""
        conform(assertion, ASSERTION, "assertion")
        recipient = assertion["recipient"]
        if recipient["hashed"] and not HASHED.fullmatch(recipient["identity"]):
            raise invalid("assertion.recipient.identity is no sha256 or sha512 hash")
        if assertion["verify"]["type"] != kind:
            raise invalid(f"assertion.verify.type must be {kind} for a badge pushed in this way")
        badge = self.document(assertion["badge"])
        conform(badge, BADGE_CLASS, "badge class")
        issuer = self.document(badge["issuer"])
        conform(issuer, ISSUER, "issuer")
        for document in (assertion, badge, issuer):
            if "image" in document:
                self.look_at(document["image"])
        issuer |= {"_location": badge["issuer"], "origin": origin_of(issuer["url"])}
        return badge | {"_location": assertion["badge"], "issuer": issuer}

    def flat(self, url: str, assertion: Document) -> Verdict:
        """A 0.5 assertion: it has no uid, its URL is what makes it the same."""
        conform(assertion, FLAT, "assertion")
        origin = str(origin_of(assertion["badge"]["issuer"]["origin"]))
        self.look_at(parse.urljoin(origin, assertion["badge"]["image"]))
        identity, salt = assertion["recipient"], assertion.get("salt", "")
        hashed = HASHED.fullmatch(identity) is not None
        recipient = {"identity": identity, "hashed": hashed, "salt": salt}
        key = f"{origin_of(url)}{target_of(url)}"
        return Verdict(assertion, recipient, origin, (url,), ("0.5", key))

    def look_at(self, url: str) -> None:
        content = inline(url) if url[:5].lower() == "data:" else self.fetch(url)
        if content[:8] == b"\x89PNG\r\n\x1a\n" and content[12:16] == b"IHDR":
            return
        with refusing("an image is neither PNG nor SVG"):
            root = ET.fromstring(content)  # noqa: S314 - expat bounds what entities grow to
            if root.tag.rpartition("}")[2] != "svg":
                raise ValueError(root.tag)

    def document(self, url: str) -> Document:
        return json_object(self.fetch(url), url)


def judged(assertion: Document, badge: Document, sources: tuple[str, ...]) -> Verdict:
    recipient, origin = assertion["recipient"], badge["issuer"]["origin"]
    body = assertion | {
        "recipient": recipient["identity"],
        "badge": badge,
        "_originalRecipient": recipient,
        "issued_on": assertion["issuedOn"],
    }
    return Verdict(body, recipient, origin, sources, (origin, assertion["uid"]))
