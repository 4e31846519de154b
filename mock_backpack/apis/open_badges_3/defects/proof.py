"""Wrong judgements of credentials: their proofs, keys, claims, members, times and status."""

from collections.abc import Callable, Mapping
from typing import Any

from mock_backpack.apis.open_badges_3 import handlers
from mock_backpack.core.backpack import Earner
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.misbehaviours import Misbehaviour, defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges import fetch
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge
from mock_backpack.openbadges.three import (
    graph,
    judge,
    jwt,
    keys,
    proofs,
    recipient,
    status,
)
from mock_backpack.openbadges.three.judge import Document, Verified
from mock_backpack.openbadges.three.jwt import Token, Tokens
from mock_backpack.openbadges.three.keys import Keys, Named
from mock_backpack.openbadges.three.proofs import Hashed, Proofs
from mock_backpack.openbadges.three.recipient import Identifier

AT = ("credentials",)


@defect(
    "proof.unverified",
    judge.verified_proofs,
    endpoints=AT,
    breaks=("OB3-GET-04", "OB3-POST-11", "OB3-POST-15", "OB3-POST-22"),
    since="0.2",
)
async def unverified(
    _right: Right, _proofs: Proofs, _credential: Document, _issuer: str, _now: float
) -> None:
    """Proofs are not looked at."""


@defect(
    "proof.any-signature",
    proofs.is_signed,
    endpoints=AT,
    breaks=("OB3-GET-04", "OB3-POST-11"),
    since="0.2",
)
def any_signature(_right: Right, _key: bytes, _signature: bytes, _content: bytes) -> bool:
    """Any signature of the right length will do."""
    return True


@defect(
    "proof.without-options",
    proofs.signed_bytes,
    endpoints=AT,
    breaks=("OB3-POST-01", "OB3-POST-21"),
    since="0.2",
)
def without_options(right: Right, document: Hashed, proof: Mapping[str, Any], age: int) -> bytes:
    """A signature must be of the document alone."""
    content: bytes = right(document, proof, age)
    return content[32:]


@defect(
    "proof.any-purpose", proofs.check_purpose, endpoints=AT, breaks=("OB3-POST-11",), since="0.2"
)
def any_purpose(_right: Right, _proof: Mapping[str, Any]) -> None:
    """A proof may serve any purpose."""


@defect("proof.any-time", proofs.check_created, endpoints=AT, breaks=("OB3-POST-11",), since="0.2")
def any_time(_right: Right, _proof: Mapping[str, Any], _now: float) -> None:
    """A proof may be of any time."""


@defect(
    "proof.all-must-verify", proofs.is_enough, endpoints=AT, breaks=("OB3-POST-19",), since="0.2"
)
def all_must_verify(_right: Right, complaints: list[Complaint]) -> bool:
    """Of several proofs the first must verify."""
    return not complaints


@defect("proof.any-key", keys.is_of_issuer, endpoints=AT, breaks=("OB3-POST-15",), since="0.2")
def any_key(_right: Right, _found: Named, _issuer: str) -> bool:
    """The key may be anybody's."""
    return True


@defect(
    "proof.any-controller", keys.is_of_issuer, endpoints=AT, breaks=("OB3-POST-15",), since="0.2"
)
def any_controller(right: Right, found: Named, issuer: str) -> bool:
    """A key may be anywhere, if it says that the issuer controls it."""
    return bool(right(found, issuer)) or found.key.get("controller") == issuer


@defect("proof.login-keys", keys.may_assert, endpoints=AT, breaks=("OB3-POST-15",), since="0.2")
def login_keys(_right: Right, _name: object, _document: Mapping[str, Any]) -> bool:
    """A key may sign credentials, whatever its issuer lists it for."""
    return True


@defect("proof.dead-keys", keys.check_alive, endpoints=AT, breaks=("OB3-POST-11",), since="0.2")
def dead_keys(_right: Right, _key: Mapping[str, Any], _now: float) -> None:
    """A key that was revoked or has expired is accepted."""


@defect("proof.lost-terms", graph.lost, endpoints=AT, breaks=("OB3-POST-22",), since="0.2")
def lost_terms(_right: Right, _place: str, _what: str, _saw: str) -> None:
    """Terms and types that no context defines are left out of what is verified."""


@defect("proof.lost-types", graph.lost, endpoints=AT, breaks=("OB3-POST-22",), since="0.2")
def lost_types(right: Right, place: str, what: str, saw: str) -> None:
    """Types that no context defines are left out of what is verified."""
    if "type" not in what:
        right(place, what, saw)


@defect(
    "proof.unverified-tokens",
    judge.verified_token,
    endpoints=AT,
    breaks=(
        *("OB3-GET-04", "OB3-POST-11", "OB3-POST-12", "OB3-POST-14", "OB3-POST-15"),
        "BC-SAFE-07",
    ),
    since="0.2",
)
async def unverified_tokens(
    _right: Right, _tokens: Tokens, _token: Token, _issuer: str, _now: float
) -> None:
    """The signatures of tokens are not looked at."""


async def spared(
    beginning: str, right: Right, tokens: Tokens, token: Token, issuer: str, now: float
) -> None:
    """Verify a token unless its algorithm begins so."""
    if not str(token.header.get("alg")).lower().startswith(beginning):
        await right(tokens, token, issuer, now)


@defect("proof.alg-none", judge.verified_token, endpoints=AT, breaks=("OB3-POST-12",), since="0.2")
async def alg_none(right: Right, tokens: Tokens, token: Token, issuer: str, now: float) -> None:
    """A token with the algorithm none is accepted."""
    await spared("none", right, tokens, token, issuer, now)


@defect("proof.alg-hmac", judge.verified_token, endpoints=AT, breaks=("OB3-POST-12",), since="0.2")
async def alg_hmac(right: Right, tokens: Tokens, token: Token, issuer: str, now: float) -> None:
    """A token with a secret in place of a key pair is accepted."""
    await spared("hs", right, tokens, token, issuer, now)


@defect(
    "proof.any-algorithm", jwt.check_algorithm, endpoints=AT, breaks=("OB3-POST-12",), since="0.2"
)
def any_algorithm(_right: Right, _header: Mapping[str, Any]) -> None:
    """What the header says of the algorithm does not matter."""


@defect("proof.any-header", jwt.check_header, endpoints=AT, breaks=("OB3-POST-14",), since="0.2")
def any_header(right: Right, header: Mapping[str, Any]) -> None:
    """A header may have any members."""
    right({name: value for name, value in header.items() if name in jwt.HEADERS})


@defect("proof.any-typ", jwt.check_header, endpoints=AT, breaks=("OB3-POST-14",), since="0.2")
def any_typ(right: Right, header: Mapping[str, Any]) -> None:
    """A token may be of any type."""
    right({name: value for name, value in header.items() if name != "typ"})


@defect("proof.private-keys", jwt.check_private, endpoints=AT, breaks=("OB3-POST-14",), since="0.2")
def private_keys(_right: Right, _jwk: Mapping[str, Any]) -> None:
    """The key in a header may be a private one."""


@defect("proof.any-jwk", jwt.is_known, endpoints=AT, breaks=("OB3-POST-15",), since="0.2")
async def any_jwk(_right: Right, _keys: Keys, _jwk: Mapping[str, Any], _issuer: str) -> bool:
    """A token may bring the key along that verifies it."""
    return True


@defect("proof.no-claims", jwt.check_claims, endpoints=AT, breaks=("OB3-POST-13",), since="0.2")
def no_claims(_right: Right, _token: Token, _credential: Mapping[str, Any]) -> None:
    """The claims of a token are not compared with its credential."""


def ignoring(claim: str) -> Callable[..., None]:
    """A defect that does not compare one claim."""

    def ignores(right: Right, token: Token, credential: Mapping[str, Any]) -> None:
        try:
            right(token, credential)
        except InvalidBadge as error:
            others = tuple(complaint for complaint in error.complaints if complaint.member != claim)
            if others:
                raise InvalidBadge(others) from error

    ignores.__doc__ = f"The claim {claim} is not compared with the credential."
    return ignores


def ignored_claim(claim: str) -> Misbehaviour:
    """The defect of one claim."""
    named = f"proof.ignores-{claim}"
    make = defect(named, jwt.check_claims, endpoints=AT, breaks=("OB3-POST-13",), since="0.2")
    return make(ignoring(claim))


ignores_iss = ignored_claim("iss")
ignores_sub = ignored_claim("sub")
ignores_jti = ignored_claim("jti")
ignores_nbf = ignored_claim("nbf")
ignores_exp = ignored_claim("exp")


def sparing(member: str) -> Callable[..., None]:
    """A defect that does not check one member."""

    def spares(
        right: Right, name: str, document: Document, table: Mapping[str, Any], place: str
    ) -> None:
        right(name, document, {key: table[key] for key in table if key != member}, place)

    spares.__doc__ = f"A credential may have anything as {member}, or nothing."
    return spares


def spared_member(member: str) -> Misbehaviour:
    """The defect of one member."""
    named = f"proof.any-{member.strip('@')}"
    make = defect(named, judge.check, endpoints=AT, breaks=("OB3-POST-16",), since="0.2")
    return make(sparing(member))


any_context = spared_member("@context")
any_type = spared_member("type")


@defect(
    "proof.no-identity", judge.identifiers_of, endpoints=AT, breaks=("OB3-POST-16",), since="0.2"
)
def no_identity(right: Right, subject: Document) -> list[Document]:
    """A subject needs no identity."""
    if subject.get("identifier") is None and subject.get("id") is None:
        return []
    entries: list[Document] = right(subject)
    return entries


@defect(
    "proof.for-anybody",
    handlers.check_recipient,
    endpoints=AT,
    breaks=("OB3-POST-17",),
    since="0.2",
)
def for_anybody(_right: Right, _verified: Verified, _earner: Earner) -> None:
    """A credential may be for somebody else."""


@defect("proof.any-hash", recipient.is_email, endpoints=AT, breaks=("OB3-POST-17",), since="0.2")
def any_hash(right: Right, identifier: Identifier, address: str) -> bool:
    """A hashed identity is everybody's."""
    return identifier.hashed or bool(right(identifier, address))


@defect("proof.no-salt", recipient.salt_of, endpoints=AT, breaks=("OB3-POST-21",), since="0.2")
def no_salt(_right: Right, _identifier: Identifier) -> str:
    """The salt of an identity is not used."""
    return ""


@defect("proof.expired", judge.is_alive, endpoints=AT, breaks=("OB3-POST-18",), since="0.2")
def expired(_right: Right, _moment: float, _now: float) -> bool:
    """A credential that has expired is accepted."""
    return True


@defect("proof.not-yet-valid", judge.has_begun, endpoints=AT, breaks=("OB3-POST-18",), since="0.2")
def not_yet_valid(_right: Right, _moment: float, _now: float) -> bool:
    """A credential that is not yet valid is accepted."""
    return True


@defect(
    "proof.ignores-the-list", status.reason_of, endpoints=AT, breaks=("OB3-POST-18",), since="0.2"
)
def ignores_the_list(_right: Right, _revocations: Mapping[str, Any], _identifier: str) -> str:
    """Revocation lists are ignored."""
    return ""


@defect("proof.ignores-bits", status.is_set, endpoints=AT, breaks=("OB3-POST-18",), since="0.2")
def ignores_bits(_right: Right, _bits: bytes, _index: int) -> bool:
    """Bitstring status lists are ignored."""
    return False


@defect("proof.bits-reversed", status.is_set, endpoints=AT, breaks=("OB3-POST-18",), since="0.2")
def bits_reversed(right: Right, bits: bytes, index: int) -> bool:
    """The first bit of a status list is the lowest of its byte."""
    return bool(right(bits, index - index % 8 + 7 - index % 8))


@defect(
    "proof.fetches-without-bounds",
    fetch.limits,
    endpoints=AT,
    breaks=("OB3-POST-26", "BC-SAFE-07"),
    since="0.2",
)
def fetches_without_bounds(_right: Right, policy: FetchPolicy) -> FetchPolicy:
    """Keys and lists may be of any length, and slow."""
    return FetchPolicy(policy.allowed, policy.denied, most_bytes=2**30, seconds=600, redirects=50)
