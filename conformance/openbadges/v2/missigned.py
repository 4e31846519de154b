"""Flaws of signed badges of Open Badges 2.0: signatures, keys and revocations."""

from collections.abc import Iterator
from functools import partial

from attrs import evolve

from conformance.openbadges import signing
from conformance.openbadges.bundle import Bundle, Signature
from conformance.openbadges.flaw import Change, Flaw
from conformance.openbadges.v2.bundle import VERSION


def of_signatures() -> Iterator[Flaw]:
    """Signatures that do not match, forgeries, wrong keys, and revoked badges."""
    for name, mistake in signing.MISTAKES.items():
        yield _signed(name, mistake)
    for name, forgery in signing.FORGERIES.items():
        yield evolve(_signed(name, forgery), forged=True)
    for name, (does, change) in KEYS.items():
        yield _flaw(name, does, change)
    yield _flaw("revoked-by-id", "the revocation list has its id", _revoked_by_id)
    yield _flaw("revoked-by-object", "the revocation list has an object with its id", _revoked)


def _signed(name: str, mistake: signing.BadSignature) -> Flaw:
    change = partial(_signed_otherwise, signature=Signature(forgery=name))
    return _flaw(f"signature-{name}", mistake.does, change)


def _flaw(name: str, does: str, change: Change) -> Flaw:
    return Flaw(name, does, change, hosted=False, versions=(VERSION,))


def _signed_otherwise(bundle: Bundle, signature: Signature) -> Bundle:
    return evolve(bundle, signature=signature)


def _revoked_by_id(bundle: Bundle) -> Bundle:
    return bundle.with_member("revocations", "revokedAssertions", [bundle.assertion["id"]])


def _revoked(bundle: Bundle) -> Bundle:
    entry = {"id": bundle.assertion["id"], "revocationReason": "awarded by mistake"}
    return bundle.with_member("revocations", "revokedAssertions", [entry])


def _owned_by_another(bundle: Bundle) -> Bundle:
    return bundle.with_member("key", "owner", bundle.urls["badge"])


def _with_other_pem(bundle: Bundle) -> Bundle:
    return bundle.with_member("key", "publicKeyPem", signing.other_public_pem().decode())


def _pem(text: str) -> Change:
    return partial(Bundle.with_member, name="key", path="publicKeyPem", value=text)


KEYS: dict[str, tuple[str, Change]] = {
    "key-without-owner": (
        "the key names no owner",
        partial(Bundle.without_member, name="key", path="owner"),
    ),
    "key-of-another-owner": ("the key names another owner", _owned_by_another),
    "key-not-of-the-issuer": (
        "the issuer does not link to the key",
        partial(Bundle.without_member, name="issuer", path="publicKey"),
    ),
    "key-without-pem": (
        "the key has no publicKeyPem",
        partial(Bundle.without_member, name="key", path="publicKeyPem"),
    ),
    "key-is-text": ("publicKeyPem is a text and no key", _pem("trust me")),
    "key-of-another-kind": (
        "publicKeyPem is no RSA key",
        _with_other_pem,
    ),
}
"""Keys that cannot verify the signature, or are not the issuer's (section on signed badges)."""
