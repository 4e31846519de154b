"""An issuer of Open Badges 3.0 made by hand: credentials, proofs by PyLD, tokens, status lists.

PyLD canonicalises here and Oxigraph in the mock, so that neither agrees with itself.
"""

import base64
import gzip
import hashlib
import json
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyld import jsonld

from mock_backpack.openbadges.complaint import InvalidBadge
from tests.mock_backpack.hand_issuer import ADA, Document, Site, private_key, signed

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
INTEGRITY = "https://w3id.org/security/data-integrity/v2"
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SOME_TIME = "2024-01-02T03:04:05Z"


def base58(content: bytes) -> str:
    """Base58btc."""
    number, text = int.from_bytes(content), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + text


@cache
def key(name: str = "issuer") -> Ed25519PrivateKey:
    """A key by name, the same at all times."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def multikey(name: str = "issuer") -> str:
    """The public half of a key."""
    raw = key(name).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"z{base58(bytes((0xED, 0x01)) + raw)}"


def did_key(name: str = "issuer") -> str:
    """A did:key."""
    return f"did:key:{multikey(name)}"


def method_of(did: str) -> str:
    """The one verification method of a did:key."""
    return f"{did}#{did.removeprefix('did:key:')}"


@cache
def contexts() -> dict[str, Any]:
    """The contexts by URL, the newest state of each."""
    folder = files("mock_backpack.openbadges.three").joinpath("contexts")
    listed = json.loads(folder.joinpath("sources.json").read_text())
    return {
        entry["url"]: json.loads(folder.joinpath(entry["file"]).read_text())
        for entry in reversed(listed)
    }


def n_quads(document: Document) -> str:
    """The canonical form that PyLD makes, which takes its time."""
    return _n_quads(json.dumps(document), id(contexts()[OB]))


@lru_cache(1_000)
def _n_quads(text: str, _contexts: int) -> str:
    document = json.loads(text)

    def load(url: str, _options: Any) -> Document:
        return {"contextUrl": None, "documentUrl": url, "document": contexts()[url]}

    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": load,
        "base": "",
    }
    text: str = jsonld.normalize(document, options)
    return text


def credential(site: Site, name: str = "one", email: str = ADA, **changes: Any) -> Document:
    """A right credential without proof; ``None`` takes a member away. Hosts issuer and key."""
    host_issuer(site)
    made = {
        "@context": [V2, OB],
        "id": f"{site.url}/credentials/{name}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": f"{site.url}/issuer3", "type": ["Profile"], "name": "A school"},
        "validFrom": SOME_TIME,
        "name": "Difference engine",
        "credentialSubject": {
            "id": f"urn:uuid:{name}",
            "type": ["AchievementSubject"],
            "identifier": [identifier(email)],
            "achievement": {
                "id": f"{site.url}/achievements/1",
                "type": ["Achievement"],
                "name": "Difference engine",
                "description": "Has built it",
                "criteria": {"narrative": "It runs."},
                "image": {"id": f"{site.url}/image.png", "type": "Image"},
            },
        },
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def identifier(email: str, salt: str | None = None) -> Document:
    """An identity, hashed when there is a salt."""
    identity: Document = {"type": "IdentityObject", "identityType": "emailAddress"}
    if salt is None:
        return {**identity, "hashed": False, "identityHash": email}
    digest = hashlib.sha256((email + salt).encode()).hexdigest()
    return {**identity, "hashed": True, "identityHash": f"sha256${digest}", "salt": salt}


def host_issuer(site: Site, **changes: Any) -> None:
    """Host the issuer's profile and its keys."""
    issuer = f"{site.url}/issuer3"
    jwk = {**private_key().as_dict(private=False), "kid": f"{site.url}/keys/rsa"}
    site.host("/keys/rsa", jwk)
    entry = {"id": f"{issuer}#rsa", "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": jwk}
    profile = {"id": issuer, "type": "Profile", "name": "A school", "verificationMethod": [entry]}
    site.host("/issuer3", {**profile, **changes})
    multi = {
        "@context": "https://w3id.org/security/multikey/v1",
        "id": f"{site.url}/keys/1",
        "type": "Multikey",
        "controller": issuer,
        "publicKeyMultibase": multikey(),
    }
    site.host("/keys/1", multi)


def options_of(document: Document, **changes: Any) -> Document:
    """The options of a right proof; the method is the key on the issuer's site."""
    issuer = (
        document["issuer"]["id"] if isinstance(document["issuer"], dict) else document["issuer"]
    )
    own = (
        method_of(issuer)
        if issuer.startswith("did:key:")
        else issuer.replace("/issuer3", "/keys/1")
    )
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": SOME_TIME,
        "verificationMethod": own,
        "proofPurpose": "assertionMethod",
        **changes,
    }
    return {name: value for name, value in options.items() if value is not None}


def proof_of(document: Document, signer: str = "issuer", **changes: Any) -> Document:
    """A proof of a document."""
    options = options_of(document, **changes)
    plain = {name: value for name, value in document.items() if name != "proof"}
    parts = ({**options, "@context": document["@context"]}, plain)
    content = b"".join(hashlib.sha256(n_quads(part).encode()).digest() for part in parts)
    return {**options, "proofValue": f"z{base58(key(signer).sign(content))}"}


def proven(document: Document, signer: str = "issuer", **changes: Any) -> Document:
    """A document with its proof."""
    return {**document, "proof": proof_of(document, signer, **changes)}


def hidden(document: Document, member: str) -> Document:
    """A proven document with a time under a name that its proof covers as well."""
    moment = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": document[member]}
    other = {name: value for name, value in document.items() if name != member}
    return {**other, f"https://www.w3.org/2018/credentials#{member}": moment}


def payload_of(document: Document, **claims: Any) -> Document:
    """The claims of a token beside the members of a credential; ``None`` takes one away."""
    issuer = document["issuer"]
    made = {
        **document,
        "iss": issuer["id"] if isinstance(issuer, dict) else issuer,
        "jti": document["id"],
        "sub": document["credentialSubject"].get("id"),
        "nbf": 1704164645,
        **claims,
    }
    return {name: value for name, value in made.items() if value is not None}


def header_of(document: Document, **changes: Any) -> Document:
    """A right header."""
    issuer = str(document["issuer"]["id"])
    made = {"alg": "RS256", "kid": issuer.replace("/issuer3", "/keys/rsa"), **changes}
    return {name: value for name, value in made.items() if value is not None}


def token(document: Document, header: Document | None = None, **claims: Any) -> str:
    """A credential as a token."""
    return signed(header_of(document, **(header or {})), payload_of(document, **claims))


def status_list(site: Site, *revoked: int, purpose: str = "revocation", **changes: Any) -> Document:
    """Host a bitstring status list of the issuer, and give the entry for index 7."""
    bits = bytearray(16 * 1024)
    for index in revoked:
        bits[index // 8] |= 128 >> index % 8
    encoded = base64.urlsafe_b64encode(gzip.compress(bytes(bits))).rstrip(b"=").decode()
    url = f"{site.url}/status/1"
    listing = {
        "@context": [V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": f"{site.url}/issuer3",
        "validFrom": SOME_TIME,
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": f"u{encoded}",
            **changes,
        },
    }
    site.host("/status/1", proven(listing))
    return {
        "id": f"{url}#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": "7",
        "statusListCredential": url,
    }


async def complaint(judging: Any) -> str:
    """What a judge says is wrong."""
    with pytest.raises(InvalidBadge) as refused:
        await judging
    return str(refused.value)
