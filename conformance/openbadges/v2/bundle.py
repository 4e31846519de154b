"""The documents of a badge of Open Badges 2.0, hosted or signed."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from conformance.openbadges import images, signing
from conformance.openbadges.bundle import BadgeSpec, Bundle, Json, ServedDocument, Signature

VERSION = "2.0"
CONTEXT = "https://w3id.org/openbadges/v2"
LINKED_DATA = "application/ld+json"
NAMESPACE = uuid.UUID("8d3f2c52-3b4e-4b7e-9d53-0f4c0a0b2a10")
"""From the uid of a signed badge to its ``urn:uuid``."""


def make_bundle_2(spec: BadgeSpec, urls: Mapping[str, str], origin: str) -> Bundle:
    """A valid badge, issued by an origin (Open Badges 2.0, sections Assertion to Profile)."""
    documents = {
        "assertion": _assertion(spec, urls),
        "badge": _badge_class(spec, urls),
        "issuer": _issuer(spec, urls, origin),
        **(_of_signed(spec, urls) if spec.signed else {}),
    }
    criteria = f"<!doctype html><title>{spec.uid}</title><p>Criteria of a test badge."
    parts = {
        **{name: ServedDocument(content, LINKED_DATA) for name, content in documents.items()},
        "image": ServedDocument(images.png(), "image/png"),
        "criteria": ServedDocument(criteria.encode(), "text/html"),
    }
    return Bundle(
        VERSION, urls, parts, Signature(spec.signer, spec.header) if spec.signed else None
    )


def _assertion(spec: BadgeSpec, urls: Mapping[str, str]) -> Json:
    verification = {"type": "HostedBadge"}
    if spec.signed:
        verification = {"type": "SignedBadge", "creator": urls["key"]}
    return {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": uuid.uuid5(NAMESPACE, spec.uid).urn if spec.signed else urls["assertion"],
        "recipient": dict(spec.recipient),
        "badge": urls["badge"],
        "verification": {**verification, **spec.verify},
        "issuedOn": datetime.fromtimestamp(spec.issued_on, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **spec.members,
    }


def _badge_class(spec: BadgeSpec, urls: Mapping[str, str]) -> Json:
    return {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": urls["badge"],
        "name": spec.names["badge"],
        "description": spec.names["description"],
        "image": urls["image"],
        "criteria": urls["criteria"],
        "issuer": urls["issuer"],
        **spec.badge_class,
    }


def _issuer(spec: BadgeSpec, urls: Mapping[str, str], origin: str) -> Json:
    of_signed = {"publicKey": urls["key"], "revocationList": urls["revocations"]}
    return {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": urls["issuer"],
        "name": spec.names["issuer"],
        "url": origin,
        "email": "badges@example.org",
        **(of_signed if spec.signed else {}),
        **spec.issuer,
    }


def _of_signed(spec: BadgeSpec, urls: Mapping[str, str]) -> dict[str, Json]:
    """The key, which names its owner, and the list of what the issuer has revoked."""
    key = {
        "@context": CONTEXT,
        "type": "CryptographicKey",
        "id": urls["key"],
        "owner": urls["issuer"],
        "publicKeyPem": signing.public_pem(spec.signer).decode(),
    }
    revocations = {
        "@context": CONTEXT,
        "type": "RevocationList",
        "id": urls["revocations"],
        "issuer": urls["issuer"],
        "revokedAssertions": [uuid.uuid5(NAMESPACE, "another badge").urn],
    }
    return {"key": key, "revocations": revocations}
