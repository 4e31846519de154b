"""Is a credential valid, and whose is it?"""

import base64
import gzip
import hashlib
import json
import re
import time
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from tests.miniatures.composed.fetching import Fetching, NotFetched, origin_of
from tests.miniatures.composed.rdfc import TooManyNameless
from tests.miniatures.composed.reading import SafeParser, Unreadable, text_of
from tests.miniatures.composed.shape import misshape

LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519, SUITE = b"\xed\x01", "eddsa-rdfc-2022"
SCHEMAS = ("1EdTechJsonSchemaValidator2019", "JsonSchema")
OFFICIAL = "https://purl.imsglobal.org/"
"""Its schemas say what the shape says, and are not fetched."""


class Invalid(Exception):
    """Why a credential is not valid."""


TROUBLE = (
    *(Invalid, Unreadable, NotFetched, TooManyNameless, KeyError, TypeError, ValueError),
    *(IndexError, AttributeError, RecursionError, zlib.error, OSError, jwt.PyJWTError),
)
"""What a credential can be wrong by."""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def seconds(text: Any) -> float:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise Invalid("expected a time with a zone")
    return moment.timestamp()


def begin_of(credential: Mapping[str, Any]) -> float:
    return seconds(credential.get("validFrom", credential.get("issuanceDate")))


def issuer_of(credential: Mapping[str, Any]) -> str:
    issuer = credential["issuer"]
    return str(issuer["id"] if isinstance(issuer, dict) else issuer)


def base58(text: Any) -> bytes:
    """Multibase of base58btc."""
    if not isinstance(text, str) or not text.startswith("z") or set(text[1:]) - set(LETTERS):
        raise Invalid("expected a text in base58btc")
    number = 0
    for letter in text[1:]:
        number = number * 58 + LETTERS.index(letter)
    zeros = re.match("1*", text[1:]).end()  # type: ignore[union-attr] - it matches any text
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


class Judging:
    parser: type[SafeParser] = SafeParser

    def __init__(self) -> None:
        self.fetching = Fetching()

    def proved(self, credential: Any) -> dict[str, Any]:
        """A credential with proofs inside."""
        self.check_shape(credential)
        self.check_proofs(credential)
        self.check_validity(credential)
        return dict(credential)

    def signed(self, text: str) -> dict[str, Any]:
        """A VC-JWT; its payload is the credential."""
        header = jwt.get_unverified_header(text)
        self.check_header(header)
        key = self.key_of_kid(header)
        credential = json.loads(jwt.api_jws.decode(text, key, ["RS256"]))
        self.check_shape(credential)
        self.check_origin(header["kid"], issuer_of(credential))
        self.check_claims(credential)
        self.check_validity(credential)
        return dict(credential)

    def check_shape(self, credential: Any) -> None:
        if why := misshape(credential):
            raise Invalid(why)

    def check_proofs(self, credential: Mapping[str, Any]) -> None:
        bare = {name: value for name, value in credential.items() if name != "proof"}
        proofs = [one for one in listed(credential.get("proof")) if one]
        if not proofs:
            raise Invalid("expected a proof")
        text, reasons = text_of(bare, self.parser), []
        for proof in self.considered(proofs):
            try:
                self.check_proof(bare, proof, text)
            except TROUBLE as error:
                reasons.append(str(error))
            else:
                return
        raise Invalid("; ".join(reasons))

    def considered(self, proofs: list[Any]) -> list[Any]:
        return proofs

    def check_proof(self, bare: Mapping[str, Any], proof: dict[str, Any], text: str) -> None:
        if (proof["type"], proof["cryptosuite"]) != ("DataIntegrityProof", SUITE):
            raise Invalid(f"expected a proof of {SUITE}")
        if proof["proofPurpose"] != self.purpose():
            raise Invalid("the proof has another purpose")
        check_end(proof)
        key = self.key_of_method(proof["verificationMethod"], issuer_of(bare))
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        told = text_of({"@context": bare["@context"], **options}, SafeParser)
        content = b"".join(hashlib.sha256(part.encode()).digest() for part in (told, text))
        self.check_signature(key, base58(proof["proofValue"]), content)

    def purpose(self) -> str:
        return "assertionMethod"

    def check_signature(self, key: bytes, signature: bytes, content: bytes) -> None:
        try:
            VerifyKey(key).verify(content, signature)
        except BadSignatureError:
            raise Invalid("the signature does not fit") from None

    def key_of_method(self, method: str, issuer: str) -> bytes:
        if method.startswith("did:key:"):
            if method.partition("#")[0] != issuer or method != f"{issuer}#{issuer[8:]}":
                self.foreign("the did:key is not the issuer's")
            return multikey(method.rpartition("#")[2])
        document = self.fetching.document(method)
        check_end(document)
        self.check_controller(document, method, issuer)
        return multikey(document["publicKeyMultibase"])

    def check_controller(self, document: Mapping[str, Any], method: str, issuer: str) -> None:
        """Key and issuer name each other (Controlled Identifiers 1.0, section 3.3)."""
        if document.get("controller") != issuer:
            self.foreign("the key has another controller")
        own = self.fetching.document(issuer)
        methods = [one if isinstance(one, str) else one["id"] for one in own["assertionMethod"]]
        if own["id"] != issuer or method not in methods:
            self.foreign("the issuer does not name the key")

    def foreign(self, why: str) -> None:
        raise Invalid(why)

    def check_header(self, header: Mapping[str, Any]) -> None:
        if set(header) - {"alg", "kid", "jwk", "typ"}:
            raise Invalid("the header has other members")
        if header.get("typ", "JWT") != "JWT":
            raise Invalid("the header has another typ")
        if "kid" not in header or "d" in header.get("jwk", {}):
            raise Invalid("expected a kid, and no private key")

    def key_of_kid(self, header: Mapping[str, Any]) -> Any:
        document = self.fetching.document(header["kid"])
        if document.get("kty") != "RSA":
            raise Invalid("the key is of another kind")
        return jwt.PyJWK(document, "RS256")

    def check_origin(self, kid: str, issuer: str) -> None:
        if origin_of(kid) != origin_of(issuer):
            self.foreign("the key lies on another origin than the issuer")

    def check_claims(self, credential: Mapping[str, Any]) -> None:
        expected = {
            "iss": issuer_of(credential),
            "jti": credential["id"],
            "sub": credential["credentialSubject"].get("id"),
            "nbf": int(begin_of(credential)),
        }
        if "validUntil" in credential or "exp" in credential:
            expected["exp"] = int(seconds(credential["validUntil"]))
        for name, value in expected.items():
            if credential.get(name) != value or isinstance(credential.get(name), bool):
                raise Invalid(f"{name} is not as in the credential")

    def check_validity(self, credential: Mapping[str, Any]) -> None:
        now, until = time.time(), credential.get("validUntil", credential.get("expirationDate"))
        if begin_of(credential) > now or (until is not None and seconds(until) <= now):
            raise Invalid("it is not valid now")
        for entry in listed(credential.get("credentialStatus", [])):
            self.check_status(entry, credential)
        for entry in listed(credential.get("credentialSchema", [])):
            self.check_schema(entry, credential)

    def check_status(self, entry: Mapping[str, Any], credential: Mapping[str, Any]) -> None:
        kinds = listed(entry["type"])
        if "1EdTechRevocationList" in kinds:
            known = self.fetching.document(entry["id"])["revokedCredential"]
            if any(one["id"] == credential["id"] and one.get("revoked", True) for one in known):
                raise Invalid("it was revoked")
        if "BitstringStatusListEntry" in kinds:
            self.check_bit(entry, credential)

    def check_bit(self, entry: Mapping[str, Any], credential: Mapping[str, Any]) -> None:
        whole = self.fetching.document(entry["statusListCredential"])
        if issuer_of(whole) != issuer_of(credential):
            raise Invalid("the status list is of another issuer")
        self.check_proofs(whole)
        packed = whole["credentialSubject"]["encodedList"].removeprefix("u")
        bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        place, bit = divmod(int(entry["statusListIndex"]), 8)
        if bits[place] & (0x80 >> bit):
            raise Invalid("it was revoked")

    def check_schema(self, entry: Mapping[str, Any], credential: Mapping[str, Any]) -> None:
        if not set(SCHEMAS) & set(listed(entry["type"])) or entry["id"].startswith(OFFICIAL):
            return
        schema = self.fetching.document(entry["id"])
        try:
            Draft202012Validator.check_schema(schema)
            error = next(iter(Draft202012Validator(schema).iter_errors(credential)), None)
        except SchemaError as wrong:
            raise Invalid(f"the schema is none: {wrong.message}") from None
        if error is not None:
            raise Invalid(f"it does not fit its schema: {error.json_path}")

    def is_of(self, credential: Mapping[str, Any], email: str) -> bool:
        subject = credential["credentialSubject"]
        if subject.get("id") == f"mailto:{email}":
            return True
        return any(is_identity(one, email) for one in listed(subject.get("identifier", [])))


def check_end(document: Mapping[str, Any]) -> None:
    """A proof and a key may have an end."""
    for name in ("expires", "revoked"):
        if name in document and seconds(document[name]) <= time.time():
            raise Invalid(f"{name} has passed")


def multikey(text: Any) -> bytes:
    content = base58(text)
    if not content.startswith(ED25519):
        raise Invalid("expected a key for Ed25519")
    return content.removeprefix(ED25519)


def is_identity(entry: Mapping[str, Any], email: str) -> bool:
    """Whether an identifier is the e-mail, perhaps hashed with its salt (IdentityObject)."""
    if entry["identityType"] != "emailAddress":
        return False
    told = entry["identityHash"]
    if not entry["hashed"]:
        return bool(told.lower() == email.lower())
    algorithm, _, digest = told.partition("$")
    if algorithm not in ("sha256", "md5"):
        return False
    text = f"{email}{entry.get('salt', '')}".encode()
    return bool(hashlib.new(algorithm, text, usedforsecurity=False).hexdigest() == digest.lower())
