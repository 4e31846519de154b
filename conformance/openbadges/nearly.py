"""Flaws of badges that are almost valid: false claims, and images that are almost images."""

from collections.abc import Iterator
from functools import partial

from conformance.openbadges.bundle import Bundle
from conformance.openbadges.flaw import ALL, Flaw
from conformance.openbadges.images import SIGNATURE, png

IDENTITIES = {
    "assertion-recipient-not-hashed": ("an e-mail", "ada@example.org"),
    "assertion-recipient-hash-unknown": ("of an unknown algorithm", "whirl256$" + "a" * 64),
    "assertion-recipient-hash-no-hex": (
        "64 characters that are not hex digits",
        "sha256$" + "g" * 64,
    ),
    "assertion-recipient-hash-short": ("of 8 hex digits", "sha256$" + "a" * 8),
}
"""From the name of a flaw to the recipient's claimed hash: in words, and as the value."""
TEXT_DATA = "data:image/png,not%20an%20image"
BROKEN_DATA = "data:image/png;base64,iVBOR%21"


def nearly_right() -> Iterator[Flaw]:
    """Flaws that a Backpack misses if it checks only superficially."""
    yield from _of_claims()
    yield from _of_images()


def _of_claims() -> Iterator[Flaw]:
    for name, (what, identity) in IDENTITIES.items():
        yield Flaw(
            name,
            f"the recipient claims to be hashed, but the hash is {what}",
            partial(_claiming_hash, identity=identity),
            structural=True,
        )
    for kind, other in (("hosted", "signed"), ("signed", "hosted")):
        yield Flaw(
            f"assertion-verify-type-{other}",
            f"a {kind} badge says that it is {other}",
            partial(Bundle.with_member, name="assertion", path="verify.type", value=other),
            hosted=kind == "hosted",
            signed=kind == "signed",
        )


def _claiming_hash(bundle: Bundle, identity: str) -> Bundle:
    hashed = bundle.with_member("assertion", "recipient.hashed", value=True)
    return hashed.with_member("assertion", "recipient.identity", identity)


def _of_images() -> Iterator[Flaw]:
    contents = {
        "image-is-other-xml": ("XML but not SVG", b"<html><svg/></html>", "image/svg+xml"),
        "image-is-signature-only": ("only the signature of a PNG", SIGNATURE, "image/png"),
        "image-begins-late": ("a PNG with text before it", b"\n" + png(), "image/png"),
    }
    for name, (what, content, label) in contents.items():
        yield Flaw(
            name,
            f"an image of the badge class: {what}",
            partial(Bundle.with_part, name="image", content=content, type=label),
            versions=ALL,
        )
    yield Flaw(
        "assertion-image-404",
        "an image of the assertion: not found",
        lambda bundle: bundle.with_member("assertion", "image", f"{bundle.urls['image']}-moved"),
    )
    yield Flaw(
        "assertion-image-is-a-page",
        "an image of the assertion: a web page",
        lambda bundle: bundle.with_member("assertion", "image", bundle.urls["criteria"]),
    )
    yield Flaw(
        "badge-class-image-data-is-text",
        "an image of the badge class: a data: URL that contains text",
        partial(Bundle.with_member, name="badge", path="image", value=TEXT_DATA),
    )
    yield Flaw(
        "badge-class-image-data-broken",
        "an image of the badge class: a data: URL whose base64 is broken",
        partial(Bundle.with_member, name="badge", path="image", value=BROKEN_DATA),
    )
