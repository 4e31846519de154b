"""The badge of a certificate: a signed Open Badge 1.1 for the owner of a Backpack that conforms."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import frozen
from joserfc.jwk import RSAKey

from conformance.core.plain import json_text
from conformance.core.resources import folder
from conformance.openbadges.baking import bake_png, bake_svg
from conformance.openbadges.bundle import recipient
from conformance.openbadges.signing import signed_with
from conformance.record.model import Record
from conformance.report.html import environment, style
from conformance.report.summary import profiles_of, summarize
from conformance.report.views import HTML

FOLDER = "open-badge/"
"""Below the address at which the certificate is unpacked."""
KEY = f"{FOLDER}key.pem"
SIGNED = f"{FOLDER}assertion.jws"
CONTEXT = {"@context": "https://w3id.org/openbadges/v1"}
SALT_LENGTH = 16


@frozen
class BadgeAward:
    """Who is rewarded, by whom, and where the files will lie."""

    url: str
    """Where the certificate is to be unpacked; ends in a slash."""
    issuer: str
    """The name of the organisation that says so."""
    identity: str
    """``sha256$`` and the hash of the owner's e-mail with the salt."""
    salt: str

    @classmethod
    def to(cls, owner: str, *, url: str, issuer: str, record: bytes) -> "BadgeAward":
        """An award to an e-mail; the same for the same record."""
        salt = hashlib.sha256(record + owner.encode()).hexdigest()[:SALT_LENGTH]
        recipient_members = recipient(owner, hashed=True, salt=salt)
        return cls(url, issuer, recipient_members["identity"], salt)

    def is_for(self, owner: str) -> bool:
        """Whether it was awarded to this e-mail, as it is written or in lower case."""
        spelt = {owner, owner.lower()}
        hashed = (
            recipient(spelling, hashed=True, salt=self.salt)["identity"] for spelling in spelt
        )
        return self.identity in hashed

    def at(self, name: str) -> str:
        """The address of a file of the certificate."""
        return f"{self.url}{name}"


def assertion(record: Record, content: bytes, award: BadgeAward) -> dict[str, Any]:
    """What is signed; its ``uid`` is the SHA-256 of the record, so that it speaks for no other."""
    digest = hashlib.sha256(content).hexdigest()
    return {
        **CONTEXT,
        "type": "Assertion",
        "id": uuid.uuid5(uuid.NAMESPACE_URL, award.at(digest)).urn,
        "uid": digest,
        "recipient": {
            "type": "email",
            "hashed": True,
            "identity": award.identity,
            "salt": award.salt,
        },
        "badge": award.at(f"{FOLDER}badge.json"),
        "verify": {"type": "signed", "url": award.at(KEY)},
        "issuedOn": int(datetime.fromisoformat(record.header["started"]).timestamp()),
        "evidence": award.at(HTML),
    }


def sign(record: Record, content: bytes, award: BadgeAward, key: RSAKey) -> str:
    """The assertion as a compact JWS with RS256."""
    return signed_with(key, assertion(record, content, award))


def badge_files(record: Record, award: BadgeAward, signature: str, key: bytes) -> dict[str, bytes]:
    """All files of the badge, by name, around a signature and the PEM of its public key."""
    png = (folder("reports") / "reward.png").read_bytes()
    svg = (folder("reports") / "reward.svg").read_bytes()
    files = {
        "assertion.jws": signature.encode(),
        "key.pem": key,
        "badge.json": _json(_badge_class(record, award)),
        "issuer.json": _json(_issuer(award)),
        "revocations.json": _json({}),
        "image.png": png,
        "criteria.html": _criteria(record),
        "baked.png": bake_png(png, signature),
        "baked.svg": bake_svg(svg, signature),
    }
    return {f"{FOLDER}{name}": content for name, content in files.items()}


def _badge_class(record: Record, award: BadgeAward) -> dict[str, Any]:
    apis = [section.api for section in record.sections]
    return {
        **CONTEXT,
        "type": "BadgeClass",
        "id": award.at(f"{FOLDER}badge.json"),
        "name": f"{record.title} conformance",
        "description": f"Runs the Backpack {record.header['target']}. "
        f"{summarize(record).sentence} Judged by backpack-conformance {record.header['suite']}, "
        f"profile {profiles_of(record)}.",
        "image": award.at(f"{FOLDER}image.png"),
        "criteria": award.at(f"{FOLDER}criteria.html"),
        "issuer": award.at(f"{FOLDER}issuer.json"),
        "alignment": [{"name": api.document.title, "url": api.document.url} for api in apis],
        "tags": [
            *(api.title.lower().replace(" ", "-") for api in apis),
            *("conformance", "open-badges"),
        ],
    }


def _issuer(award: BadgeAward) -> dict[str, Any]:
    return {
        **CONTEXT,
        "type": "Issuer",
        "id": award.at(f"{FOLDER}issuer.json"),
        "name": award.issuer,
        "url": award.url,
        "revocationList": award.at(f"{FOLDER}revocations.json"),
    }


def _criteria(record: Record) -> bytes:
    template = environment().get_template("criteria.html")
    page = template.render(record=record, summary=summarize(record), report=HTML, style=style())
    return page.encode(errors="replace")


def _json(value: Mapping[str, Any]) -> bytes:
    return (json_text(value, indent=2) + "\n").encode(errors="replace")
