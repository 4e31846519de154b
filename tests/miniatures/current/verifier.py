"""Is it a valid credential of Open Badges 3.0, and whose?"""

import base64
import binascii
import gzip
import hashlib
import json
import re
import time
import zlib
from typing import Any
from urllib import parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import validator_for

from tests.miniatures.current.canonical import Unreadable, hashed, members
from tests.miniatures.current.shape import Invalid, check_shape, moment, types_of
from tests.miniatures.current.signatures import Jws, check_claims, check_header, check_rsa
from tests.miniatures.modern.verifier import Invalid as Unfetched
from tests.miniatures.modern.verifier import Verifier as Fetcher

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"
SUITE = "eddsa-rdfc-2022"
SCHEMAS, OFFICIAL = {"1EdTechJsonSchemaValidator2019", "JsonSchema"}, "https://purl.imsglobal.org/"


def decoded(text: Any) -> bytes:
    """Multibase of base58btc."""
    if not isinstance(text, str) or not re.fullmatch(f"z[{BASE58}]+", text):
        raise Invalid("expected base58btc")
    number = 0
    for letter in text[1:]:
        number = number * 58 + BASE58.index(letter)
    zeros = len(text[1:]) - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def issuer_of(credential: dict[str, Any]) -> str:
    issuer = credential["issuer"]
    return str(issuer["id"] if isinstance(issuer, dict) else issuer)


class Verifier:
    def __init__(self) -> None:
        self.fetcher = Fetcher()

    def document(self, url: str) -> dict[str, Any]:
        try:
            return self.fetcher.document(url)
        except Unfetched as error:
            raise Invalid(str(error)) from None

    def proved(self, credential: Any, now: float) -> dict[str, Any]:
        """A credential with proofs inside."""
        check_shape(credential)
        self.check_terms(credential)
        proofs = credential.get("proof")
        known = [one for one in (proofs if isinstance(proofs, list) else [proofs]) if one]
        if not known or not all(isinstance(proof, dict) for proof in known):
            raise Invalid("there is no proof")
        bare = {name: value for name, value in credential.items() if name != "proof"}
        self.check_any(bare, known)
        self.check_now(credential, now)
        return dict(credential)

    def check_any(self, bare: dict[str, Any], proofs: list[dict[str, Any]]) -> None:
        trouble = ""
        for proof in proofs:
            try:
                return self.check_proof(bare, proof)
            except (Invalid, Unreadable) as error:
                trouble = str(error)
        raise Invalid(trouble)

    def check_proof(self, bare: dict[str, Any], proof: dict[str, Any]) -> None:
        if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != SUITE:
            raise Invalid("the proof is of another suite")
        if proof.get("proofPurpose") != "assertionMethod":
            raise Invalid("the proof has another purpose")
        check_end(proof)
        method = proof.get("verificationMethod")
        if not isinstance(method, str):
            raise Invalid("the proof has no verificationMethod")
        key = self.key_of(method, issuer_of(bare))
        rest = {name: value for name, value in proof.items() if name != "proofValue"}
        text = hashed({"@context": bare["@context"], **rest}) + hashed(bare)
        self.check_signature(key, decoded(proof.get("proofValue")), text)

    def check_signature(self, key: bytes, signature: bytes, text: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
        except (InvalidSignature, ValueError):
            raise Invalid("the signature is wrong") from None

    def key_of(self, method: str, issuer: str) -> bytes:
        if method.startswith("did:key:"):
            did, _, fragment = method.partition("#")
            if f"did:key:{fragment}" != did:
                raise Invalid("the did:key has another fragment")
            self.check_bound(did == issuer)
            return self.public_key(fragment)
        if not re.match("https?://", method):
            raise Invalid("a verificationMethod of this kind is not known")
        self.check_bound(parse.urlsplit(method).netloc == parse.urlsplit(issuer).netloc)
        document = self.document(method)
        self.check_bound(document.get("controller") == issuer)
        check_end(document)
        return self.public_key(document.get("publicKeyMultibase"))

    def check_bound(self, is_bound: bool) -> None:
        if not is_bound:
            raise Invalid("the key is not the issuer's")

    def public_key(self, text: Any) -> bytes:
        content = decoded(text)
        if not content.startswith(ED25519):
            raise Invalid("the key is of another kind")
        return content[len(ED25519) :]

    def check_terms(self, credential: dict[str, Any]) -> None:
        """What no context defines has no meaning."""
        try:
            known = members(credential["@context"])
        except Unreadable as error:
            raise Invalid(str(error)) from None
        unknown = {name for name in names_in(credential) if name not in known and ":" not in name}
        if unknown:
            raise Invalid(f"no context defines {', '.join(sorted(unknown))}")

    def signed(self, text: str, now: float) -> dict[str, Any]:
        """A VC-JWT; what is returned is the credential without the claims of the JWT."""
        jws = Jws.of(text)
        self.check_header(jws)
        check_shape(jws.payload)
        self.check_claims(jws)
        self.check_bound(
            parse.urlsplit(str(jws.header["kid"])).netloc
            == parse.urlsplit(issuer_of(jws.payload)).netloc
        )
        self.check_jws(jws)
        self.check_now(jws.payload, now)
        return jws.payload

    def check_header(self, jws: Jws) -> None:
        check_header(jws.header)

    def check_claims(self, jws: Jws) -> None:
        check_claims(jws.payload, issuer_of(jws.payload))

    def check_jws(self, jws: Jws) -> None:
        check_rsa(jws, self.document(jws.header["kid"]))

    def check_now(self, credential: dict[str, Any], now: float) -> None:
        begins = credential.get("validFrom", credential.get("issuanceDate"))
        if moment(begins) > now:
            raise Invalid("it is not valid yet")
        ends = credential.get("validUntil", credential.get("expirationDate"))
        if ends is not None and moment(ends) < now:
            raise Invalid("it has expired")
        status = credential.get("credentialStatus", [])
        for entry in status if isinstance(status, list) else [status]:
            self.check_status(entry, credential)
        schemas = credential.get("credentialSchema", [])
        for entry in schemas if isinstance(schemas, list) else [schemas]:
            self.check_schema(entry, credential)

    def check_schema(self, entry: dict[str, Any], credential: dict[str, Any]) -> None:
        """What the schemas of Open Badges say is checked here, so that they are not fetched."""
        if not SCHEMAS & set(map(str, types_of(entry))) or entry["id"].startswith(OFFICIAL):
            return
        schema = self.document(entry["id"])
        try:
            validator_for(schema).check_schema(schema)
            validator_for(schema)(schema).validate(credential)
        except (SchemaError, ValidationError) as error:
            raise Invalid(f"the credentialSchema: {error.message}") from None

    def check_status(self, entry: dict[str, Any], credential: dict[str, Any]) -> None:
        if "1EdTechRevocationList" in types_of(entry):
            listed = self.document(entry["id"]).get("revokedCredentials", [])
            if credential["id"] in [one.get("id") for one in listed]:
                raise Invalid("it is revoked")
        if "BitstringStatusListEntry" in types_of(entry):
            subject = self.document(entry["statusListCredential"])["credentialSubject"]
            packed = subject["encodedList"][1:]
            bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
            index = int(entry["statusListIndex"])
            if bits[index // 8] >> (7 - index % 8) & 1:
                raise Invalid("it is revoked")

    def is_of(self, credential: dict[str, Any], email: str) -> bool:
        subject = credential["credentialSubject"]
        if subject.get("id") == f"mailto:{email}":
            return True
        entries = subject.get("identifier", [])
        return any(
            is_identity(one, email) for one in (entries if isinstance(entries, list) else [entries])
        )


def check_end(document: dict[str, Any]) -> None:
    """A proof and a key may have an end."""
    for name in ("expires", "revoked"):
        if name in document and moment(document[name]) <= time.time():
            raise Invalid(f"{name} has passed")


def is_identity(entry: Any, email: str) -> bool:
    if not isinstance(entry, dict) or entry.get("identityType") != "emailAddress":
        return False
    identity = str(entry.get("identityHash"))
    if not entry.get("hashed"):
        return identity.lower() == email.lower()
    name, _, digest = identity.partition("$")
    if name not in ("sha256", "md5"):
        return False
    text = (email + (entry.get("salt") or "")).encode()
    return hashlib.new(name, text, usedforsecurity=False).hexdigest() == digest.lower()


def names_in(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    if not isinstance(value, dict):
        return set()
    own = {name for name in value if not name.startswith("@")}
    inside = (names_in(member) for name, member in value.items() if name != "@context")
    return own.union(*inside)


TROUBLE = (
    *(Invalid, Unreadable, KeyError, TypeError, ValueError, AttributeError, IndexError),
    *(RecursionError, binascii.Error, zlib.error, OSError, json.JSONDecodeError),
)
"""What a credential can be wrong by."""
