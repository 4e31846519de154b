"""Credentials as JSON Web Tokens: VC-JWT with RS256 (Open Badges 3.0, section Proofs; RFC 7515)."""
# ruff: noqa: PLC0415 - the cryptography costs half of the time that a mock needs to start

import re
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import NotJson, kind_of, strict_json
from mock_backpack.openbadges.complaint import InvalidBadge, invalid, quoted
from mock_backpack.openbadges.three.keys import EXPECTED, PRIVATE, Keys
from mock_backpack.openbadges.three.members import dates_of, is_moment, issuer_of, single
from mock_backpack.openbadges.three.multikey import base64url
from mock_backpack.openbadges.times import moment_of

ALGORITHM = "RS256"
HEADERS = ("alg", "kid", "jwk", "typ")
CLAIMS = ("iss", "sub", "jti", "nbf", "exp", "iat")
"""Beside the members of the credential."""
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
PARTS = ("header", "payload")
SHORTEST_KEY, LONGEST_KEY = 2048, 8192
"""Bits."""
LARGEST_EXPONENT = 2**32
NAMED = {
    "none": "which is no signature (RFC 8725, section 3.1)",
    "HS256": "a secret that both sides know (RFC 8725, section 2.1)",
}


@frozen
class Token:
    """A JWS in three parts, not verified."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    signature: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    """What the signature is of."""

    @property
    def credential(self) -> dict[str, Any]:
        """The members of the payload that are the credential's."""
        return {name: value for name, value in self.payload.items() if name not in CLAIMS}


def read_token(text: str) -> Token:
    """A compact JWS whose payload is a JSON object.

    Raises:
        InvalidBadge: when it is none.
    """
    if not COMPACT.fullmatch(text):
        raise invalid("signature", "", "a compact JWS", quoted(text))
    first, second, third = text.split(".")
    header, payload = (
        _object(name, part) for name, part in zip(PARTS, (first, second), strict=True)
    )
    return Token(header, payload, _decoded("signature", third), f"{first}.{second}".encode())


def _decoded(name: str, part: str) -> bytes:
    try:
        return base64url(part)
    except ValueError as error:
        raise invalid("signature", "", f"a {name} in base64url", quoted(part)) from error


def _object(name: str, part: str) -> dict[str, Any]:
    try:
        value = strict_json(_decoded(name, part))
    except NotJson as error:
        raise invalid("signature", "", f"a {name} in JSON", error.saw) from error
    if not isinstance(value, dict):
        raise invalid("signature", "", f"a JSON object as {name}", kind_of(value))
    return value


@frozen
class Tokens:
    """Verifies tokens."""

    keys: Keys

    async def verify(self, token: Token, issuer: str, now: float) -> None:
        """See that the issuer has signed a token.

        Args:
            token: the token.
            issuer: the id of the credential's issuer.
            now: unix seconds.

        Raises:
            InvalidBadge: when its header is wrong, the key is not the issuer's, or the signature
                is of another key.
        """
        check_algorithm(token.header)
        check_header(token.header)
        jwk = await self._key(token.header, issuer, now)
        if not is_signed(jwk, token):
            expected = f"a signature of it by a key of the issuer {issuer}"
            raise invalid("signature", "", expected, "one by another key, or of another text")

    async def _key(self, header: Mapping[str, Any], issuer: str, now: float) -> Mapping[str, Any]:
        if "kid" in header:
            named = await self.keys.named(header["kid"], "kid", issuer, now)
            if named.jwk is None:
                raise invalid("key", "", "a JWK", quoted(list(named.key)))
            return named.jwk
        jwk: Mapping[str, Any] = header["jwk"]
        if not await is_known(self.keys, jwk, issuer):
            expected = f"a key that the document of the issuer {issuer} has, too"
            raise invalid("signature", "jwk", expected, "another one")
        return jwk


@seam
async def is_known(keys: Keys, jwk: Mapping[str, Any], issuer: str) -> bool:
    """Whether a key that came with the signature is the issuer's, and not anybody's."""
    return await keys.published(jwk, issuer)


@seam
def check_algorithm(header: Mapping[str, Any]) -> None:
    """One algorithm, and nothing else (RFC 8725 section 3.1).

    Raises:
        InvalidBadge: when it is another one, with its name.
    """
    algorithm = header.get("alg")
    if algorithm != ALGORITHM:
        name = str(algorithm)
        hint = NAMED.get("HS256" if name.startswith("HS") else name.lower(), "")
        saw = quoted(algorithm) if "alg" in header else "no such member"
        raise invalid("signature", "alg", quoted(ALGORITHM), f"{saw}, {hint}" if hint else saw)


@seam
def check_header(header: Mapping[str, Any]) -> None:
    """The members that a header may have, and the one of which it needs one.

    Raises:
        InvalidBadge: when one is wrong.
    """
    if others := [name for name in header if name not in HEADERS]:
        raise invalid("signature", others[0], f"only {', '.join(HEADERS)}", quoted(others[0]))
    if header.get("typ", "JWT") != "JWT":
        raise invalid("signature", "typ", '"JWT", or no such member', quoted(header["typ"]))
    if "kid" not in header and "jwk" not in header:
        raise invalid("signature", "kid", "kid or jwk in the header", "neither")
    if "kid" in header and not isinstance(header["kid"], str):
        raise invalid("signature", "kid", EXPECTED, quoted(header["kid"]))
    jwk = header.get("jwk", {})
    if not isinstance(jwk, dict):
        raise invalid("signature", "jwk", "an object", quoted(jwk))
    check_private(jwk)


@seam
def check_private(jwk: Mapping[str, Any]) -> None:
    """A key in a header is a public one.

    Raises:
        InvalidBadge: when it is not.
    """
    if (member := next((name for name in PRIVATE if name in jwk), None)) is not None:
        saw = "a private key: anyone can now sign"
        raise invalid("signature", f"jwk.{member}", "no such member", saw)


@seam
def is_signed(jwk: Mapping[str, Any], token: Token) -> bool:
    """Whether a key has signed a token with RS256.

    Raises:
        InvalidBadge: when it is no RSA key, or too short a one.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.hashes import SHA256

    if jwk.get("kty") != "RSA" or jwk.get("alg", ALGORITHM) != ALGORITHM:
        raise invalid("key", "kty", f"an RSA key for {ALGORITHM}", quoted(jwk.get("kty")))
    modulus, exponent = number_of(jwk, "n"), number_of(jwk, "e")
    if not SHORTEST_KEY <= modulus.bit_length() <= LONGEST_KEY:
        expected = f"an RSA key of {SHORTEST_KEY} to {LONGEST_KEY} bits"
        raise invalid("key", "n", expected, f"one of {modulus.bit_length()} bits")
    try:
        key = RSAPublicNumbers(exponent, modulus).public_key()
        key.verify(token.signature, token.signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def number_of(jwk: Mapping[str, Any], member: str) -> int:
    """A number of a JWK in base64url (RFC 7518 section 2).

    Raises:
        InvalidBadge: when it is none, or larger than any key has.
    """
    value = jwk.get(member)
    if not isinstance(value, str) or len(value) > LONGEST_KEY // 4:
        raise invalid("key", member, "a number in base64url", quoted(value))
    number = int.from_bytes(_decoded(member, value))
    if member == "e" and not 2 < number < LARGEST_EXPONENT:
        raise invalid("key", member, f"an exponent below {LARGEST_EXPONENT}", str(number))
    return number


@seam
def check_claims(token: Token, credential: Mapping[str, Any]) -> None:
    """The claims say the same as the credential.

    Raises:
        InvalidBadge: with every claim that does not.
    """
    begins, ends = dates_of(credential)
    subject = single(credential["credentialSubject"])
    expected = {
        "iss": issuer_of(credential),
        "jti": credential["id"],
        "sub": subject.get("id") if isinstance(subject, dict) else None,
    }
    complaints = [
        _differs(claim, value, token.payload.get(claim))
        for claim, value in expected.items()
        if value is None or token.payload.get(claim) != value
    ]
    for claim, member in (("nbf", begins), ("exp", ends)):
        moment = credential.get(member)
        seconds = token.payload.get(claim)
        if moment is None and seconds is None:
            continue
        if not is_same_time(moment, seconds):
            complaints.append(_differs(claim, f"{member} in unix seconds, {moment}", seconds))
    if complaints:
        raise InvalidBadge(
            tuple(complaint for error in complaints for complaint in error.complaints)
        )


def _differs(claim: str, expected: Any, saw: Any) -> InvalidBadge:
    if expected is None:
        words = "the id of credentialSubject, which has none: a token needs one"
        return invalid("signature", claim, words, quoted(saw))
    return invalid("signature", claim, quoted(expected), quoted(saw))


def is_same_time(moment: Any, seconds: Any) -> bool:
    """Whether a claim is the second of a time; a fraction may be there or not."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not is_moment(moment):
        return False
    return int(moment_of(moment.upper()).timestamp()) == int(seconds)


def check_style(token: Token) -> None:
    """The credential's members stand beside the claims, not inside one.

    Raises:
        InvalidBadge: for a token of VC-JWT 1.1.
    """
    for claim in ("vc", "vp"):
        if claim in token.payload and "@context" not in token.payload:
            expected = "the credential's members beside the claims"
            raise invalid("signature", claim, expected, f"them in {claim}, as in VC-JWT 1.1")
