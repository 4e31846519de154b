"""Embedded proofs: Data Integrity with ``eddsa-rdfc-2022`` (VC-DI 1.0, VC-DI-EDDSA 1.0)."""
# ruff: noqa: PLC0415 - the cryptography costs half of the time that a mock needs to start

from collections.abc import Mapping
from typing import Any

from attrs import define, field, frozen

from mock_backpack.core.seams import seam, wrapping
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, invalid, quoted
from mock_backpack.openbadges.three.canonical import digest
from mock_backpack.openbadges.three.contexts import NEWEST, states
from mock_backpack.openbadges.three.graph import lost
from mock_backpack.openbadges.three.keys import Keys, Named
from mock_backpack.openbadges.three.members import is_moment, listed
from mock_backpack.openbadges.three.multikey import base64url, ed25519_key, signature_of
from mock_backpack.openbadges.times import moment_of

KIND = "DataIntegrityProof"
SUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"
SIGNATURE = 64
"""Bytes."""
MOST_PROOFS = 8
SKEW = 60
"""Seconds by which an issuer's clock may be ahead."""
UNREAD = {
    "ecdsa-sd-2023": "which this mock cannot verify yet (selective disclosure)",
    "ecdsa-rdfc-2019": "which Open Badges 3.0 does not name",
    "eddsa-jcs-2022": "which Open Badges 3.0 does not name",
    "eddsa-2022": "the name of a draft: it is eddsa-rdfc-2022 now",
    "eddsa-rdf-2022": "which lacks a c",
}
"""Other suites that issuers use, and the complaint about each."""
UNKNOWN = "which this mock does not know"


@define
class Hashed:
    """A document without its proofs, of which each proof needs the same hash."""

    content: Mapping[str, Any]
    _digests: dict[int, bytes] = field(factory=dict)

    def digest(self, age: int) -> bytes:
        """The hash of its canonical form, in a state of its contexts.

        Raises:
            InvalidBadge: when something in it has no meaning.
        """
        if age not in self._digests:
            self._digests[age] = digest(self.content, age)
        return self._digests[age]


@frozen
class Proofs:
    """Verifies embedded proofs."""

    keys: Keys

    async def verify(self, credential: Mapping[str, Any], issuer: str, now: float) -> None:
        """See that one of the proofs of a credential verifies.

        Args:
            credential: with its proofs.
            issuer: the id of its issuer.
            now: unix seconds.

        Raises:
            InvalidBadge: with what is wrong with each of them.
        """
        proofs = listed(credential.get("proof"))
        if not 0 < len(proofs) <= MOST_PROOFS:
            raise invalid("credential", "proof", f"1 to {MOST_PROOFS} proofs", str(len(proofs)))
        plain = {name: value for name, value in credential.items() if name != "proof"}
        document = Hashed(plain)
        complaints: list[Complaint] = []
        wrong: list[InvalidBadge] = []
        for proof in proofs:
            try:
                await self._verify(document, proof, issuer, now)
            except InvalidBadge as error:
                complaints += error.complaints
                wrong.append(error)
            else:
                if is_enough(complaints):
                    return
        raise wrong[0] if len(wrong) == 1 else InvalidBadge(tuple(complaints))

    async def _verify(self, document: Hashed, proof: Any, issuer: str, now: float) -> None:
        if not isinstance(proof, dict):
            raise invalid("credential", "proof", "an object", quoted(proof))
        check_kind(proof)
        check_purpose(proof)
        check_created(proof, now)
        signature = signature_of(proof.get("proofValue"), SIGNATURE)
        member = "verificationMethod"
        named = await self.keys.named(proof.get(member), member, issuer, now)
        key = key_of(named)
        if is_signed(key, signature, signed_bytes(document, proof, NEWEST)):
            return
        saw = _why(key, signature, document, proof)
        raise invalid("proof", "proofValue", f"a signature of this document by {named.name}", saw)


@seam
def is_enough(_complaints: list[Complaint]) -> bool:
    """Whether one proof that verifies makes up for others that do not (VC-DI, proof sets)."""
    return True


@seam
def check_kind(proof: Mapping[str, Any]) -> None:
    """The proof is of the one kind and suite that this mock verifies.

    Raises:
        InvalidBadge: when it is not, with the name of the other one.
    """
    if proof.get("type") != KIND:
        raise invalid("proof", "type", quoted(KIND), quoted(proof.get("type")))
    suite = proof.get("cryptosuite")
    if suite != SUITE:
        hint = f", {UNREAD.get(suite, UNKNOWN)}" if isinstance(suite, str) else ""
        saw = f"{quoted(suite)}{hint}"
        raise invalid("proof", "cryptosuite", quoted(SUITE), saw)
    if "previousProof" in proof:
        saw = quoted(proof["previousProof"])
        raise invalid("proof", "previousProof", "no chain of proofs", saw)


@seam
def check_purpose(proof: Mapping[str, Any]) -> None:
    """The issuer says that it asserts something.

    Raises:
        InvalidBadge: when the proof serves something else, such as a login.
    """
    if proof.get("proofPurpose") != PURPOSE:
        raise invalid("proof", "proofPurpose", quoted(PURPOSE), quoted(proof.get("proofPurpose")))


@seam
def check_created(proof: Mapping[str, Any], now: float) -> None:
    """The proof was made before now, and has not expired.

    Raises:
        InvalidBadge: when it was not, or says so in no time.
    """
    for member in ("created", "expires"):
        value = proof.get(member)
        if value is None:
            continue
        if not is_moment(value):
            raise invalid("proof", member, "a time such as 2024-01-02T03:04:05Z", quoted(value))
        moment = moment_of(value.upper()).timestamp()
        if member == "created" and moment > now + SKEW:
            raise invalid("proof", member, "a time that has passed", quoted(value))
        if member == "expires" and moment <= now:
            raise invalid("proof", member, "a time to come", quoted(value))


def key_of(named: Named) -> bytes:
    """The public Ed25519 key of a verification method.

    Raises:
        InvalidBadge: when it is none.
    """
    jwk = named.jwk
    if jwk is None:
        return ed25519_key(named.key.get("publicKeyMultibase"), "key", "publicKeyMultibase")
    x = jwk.get("x")
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519" or not isinstance(x, str):
        saw = quoted({name: jwk.get(name) for name in ("kty", "crv")})
        raise invalid("key", "publicKeyJwk", "kty OKP, crv Ed25519 and x", saw)
    try:
        key = base64url(x)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise invalid("key", "publicKeyJwk.x", "32 bytes in base64url", quoted(x))
    return key


@seam
def signed_bytes(document: Hashed, proof: Mapping[str, Any], age: int) -> bytes:
    """What the issuer has signed: the hash of the proof's options, and that of the document.

    Raises:
        InvalidBadge: when something in them has no meaning.
    """
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options["@context"] = document.content.get("@context")
    return digest(options, age) + document.digest(age)


@seam
def is_signed(key: bytes, signature: bytes, content: bytes) -> bool:
    """Whether a key has made a signature of these bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _why(key: bytes, signature: bytes, document: Hashed, proof: Mapping[str, Any]) -> str:
    """What the signature is of instead, as far as that is known."""
    named = listed(document.content.get("@context"))
    contexts = [url for url in named if isinstance(url, str)]
    ages = max((len(states().get(url, ())) for url in contexts), default=1)
    with wrapping(lost, lambda *_: None):
        for age in range(1, ages):
            if is_signed(key, signature, signed_bytes(document, proof, age)):
                changed = ", ".join(url for url in contexts if len(states().get(url, ())) > 1)
                return f"one under an older state of {changed}, which lacks some of its terms"
    return "one of something else: the document or the proof was changed, or another key signed"
