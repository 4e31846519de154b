"""Wrong ways of believing a signature."""

import base64
import hmac
import re
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from mock_backpack.apis.connect import handlers
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges import signature
from mock_backpack.openbadges.complaint import InvalidBadge, invalid


def _algorithm(text: str) -> object:
    return jws.extract_compact(text.encode()).headers().get("alg")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(f"{part}==")


def _verify_hmac(right: Right, text: str, pem: bytes, digest: str) -> None:
    signed, _, signature_part = text.rpartition(".")
    if hmac.digest(pem, signed.encode(), digest) != _decoded(signature_part):
        right(text, pem)


@defect(
    "signature.hmac-by-any-name",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-SAFE-08",),
    since="0.2",
)
def knows_hmac_by_its_ending(right: Right, text: str, pem: bytes) -> None:
    """Any alg that ends in hs256, except HS256 itself, is verified as HMAC with the public key."""
    algorithm = str(_algorithm(text))
    if re.search("hs256$", algorithm, re.IGNORECASE) and algorithm != "HS256":
        _verify_hmac(right, text, pem, "sha256")
    else:
        right(text, pem)


@defect(
    "signature.hmac-512",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-SAFE-08",),
    since="0.2",
)
def refuses_hs256_alone(right: Right, text: str, pem: bytes) -> None:
    """HS512 is verified as HMAC with the public key."""
    if _algorithm(text) == "HS512":
        _verify_hmac(right, text, pem, "sha512")
    else:
        right(text, pem)


@defect(
    "signature.none-in-mixed-case",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-SAFE-08",),
    since="0.2",
)
def knows_two_spellings_of_none(right: Right, text: str, pem: bytes) -> None:
    """The alg nOnE needs no signature."""
    algorithm = _algorithm(text)
    is_none = str(algorithm).lower() == "none" and algorithm not in ("none", "NONE", None)
    if not is_none:
        right(text, pem)


@defect(
    "signature.of-any-payload",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def believes_the_signature_of_another(right: Right, text: str, pem: bytes) -> None:
    """A signature by the same key for another assertion is accepted."""
    try:
        right(text, pem)
    except InvalidBadge:
        header = jws.extract_compact(text.encode()).headers()
        is_ours = header.get("alg") == "RS256" and "crit" not in header
        if not is_ours or not _opens(_decoded(text.rpartition(".")[2]), pem):
            raise


def _opens(signed: bytes, pem: bytes) -> bool:
    """Whether a key opens a signature to what such a signature begins with (RFC 8017, 9.2)."""
    try:
        numbers = RSAKey.import_key(pem).public_key.public_numbers()
        length = numbers.n.bit_length() // 8
        opened = pow(int.from_bytes(signed), numbers.e, numbers.n).to_bytes(length)
    except (JoseError, ValueError, OverflowError):
        return False
    return opened.startswith(b"\0\1\xff\xff")


@defect(
    "signature.ignores-crit",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-SAFE-08",),
    since="0.2",
)
def ignores_critical_extensions(right: Right, text: str, pem: bytes) -> None:
    """A signature with an unknown critical extension is accepted."""
    if "crit" not in jws.extract_compact(text.encode()).headers():
        right(text, pem)
    elif not _opens(_decoded(text.rpartition(".")[2]), pem):
        raise invalid("signature", "", "a signature made with the key", "one by another")


@defect(
    "signature.crashes-on-bad-base64",
    signature.unverified_payload,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def crashes_on_bad_base64(right: Right, text: str) -> bytes:
    """A JWS whose parts are not base64url causes a server error."""
    if any(len(part) % 4 == 1 for part in text.split(".")):
        raise Crash("Incorrect padding")
    return bytes(right(text))


@defect(
    "signature.reads-three-parts",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def reads_three_parts(right: Right, sent: Mapping[str, Any]) -> str:
    """Anything after the third part of a JWS is ignored."""
    pushed = str(right(sent))
    match = re.match(r"(eyJ[\w-]*\.[\w-]+\.[\w-]+)[. ]", pushed)
    return match[1] if match else pushed


@defect(
    "signature.refuses-a-type",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-ISSUE-05",),
    since="0.2",
)
def refuses_a_type(right: Right, text: str, pem: bytes) -> None:
    """A JWS whose header has a typ is refused."""
    header = jws.extract_compact(text.encode()).headers()
    if "typ" in header:
        raise invalid("signature", "typ", "no such member", str(header["typ"]))
    right(text, pem)


@defect(
    "signature.crashes-on-a-null-payload",
    signature.unverified_payload,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def crashes_on_a_null_payload(right: Right, text: str) -> bytes:
    """A JWS whose payload is the JSON value null causes a server error."""
    payload: bytes = right(text)
    if payload == b"null":
        raise Crash("Cannot read property 'uid' of null")
    return payload
