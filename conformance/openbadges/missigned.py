"""Flaws of signed badges: bad signatures, bad keys, revoked badges."""

from collections.abc import Iterator
from functools import partial

from attrs import evolve

from conformance.openbadges import signing
from conformance.openbadges.bundle import Bundle, Signature
from conformance.openbadges.flaw import Flaw

REASONS = {
    "revoked": ("the uid is in the issuer's revocation list", "awarded by mistake"),
    "revoked-without-reason": ("the issuer revoked the uid, with an empty reason", ""),
    "revoked-with-null": ("the issuer revoked the uid, with null as the reason", None),
    "revoked-with-false": ("the issuer revoked the uid, with false as the reason", False),
}
"""Entries of a revocation list: a uid in it is revoked, whatever the reason (Open Badges 1.0)."""


def of_signatures() -> Iterator[Flaw]:
    """Signatures that do not match, forgeries, wrong keys, and revocations."""
    for name, mistake in signing.MISTAKES.items():
        yield _signed(name, mistake)
    for name, forgery in signing.FORGERIES.items():
        yield evolve(_signed(name, forgery), forged=True)
    yield Flaw(
        "key-is-text",
        "verify.url serves text instead of a key",
        partial(Bundle.with_part, name="key", content=b"trust me", type="text/plain"),
        hosted=False,
    )
    yield Flaw(
        "key-of-another-kind",
        "the key at verify.url is not an RSA key",
        partial(Bundle.with_part, name="key", content=signing.other_public_pem()),
        hosted=False,
    )
    for name, (does, reason) in REASONS.items():
        yield Flaw(f"assertion-{name}", does, partial(_revoked, reason=reason), hosted=False)


def _revoked(bundle: Bundle, reason: object) -> Bundle:
    entries = {"an-earlier-uid": "expired", bundle.assertion["uid"]: reason, "a-later-uid": "moved"}
    return bundle.with_part("revocations", content=entries)


def _signed(name: str, forgery: signing.BadSignature) -> Flaw:
    change = partial(_signed_otherwise, signature=Signature(forgery=name))
    return Flaw(f"signature-{name}", forgery.does, change, hosted=False)


def _signed_otherwise(bundle: Bundle, signature: Signature) -> Bundle:
    return evolve(bundle, signature=signature)
