"""Badges for tests: a right one of each kind, at addresses where nobody listens."""

from collections.abc import Mapping
from typing import Any

from conformance.openbadges.bundle import PARTS, Bundle, Wish, make, recipient

ORIGIN = "http://127.0.0.1:9"
URLS = {
    **{part: f"{ORIGIN}/badge/{part}" for part in PARTS},
    "nowhere": "http://127.0.0.1:1/assertion",
}
NAMES = {"badge": "Loop badge", "description": "For loops.", "issuer": "Analytical Society"}
ADA = recipient("ada@example.org", hashed=True, salt="deadsea")


def wish(version: str = "1.0", **wanted: Any) -> Wish:
    """What a badge shall be."""
    usual = {"recipient": ADA, "uid": "badge-1", "issued_on": 1_403_784_577, "names": NAMES}
    return Wish(version, **{**usual, **wanted})


def bundle(version: str = "1.0", **wanted: Any) -> Bundle:
    """A right badge."""
    return make(wish(version, **wanted), URLS, ORIGIN)


def bundle_of(drawn: Mapping[str, Any]) -> Bundle:
    """The badge that a strategy drew, without its flaw."""
    who = drawn["recipient"]
    made = recipient("ada@example.org", hashed=who["hashed"], salt=who.get("salt"))
    parts = ("signed", "members", "badge_class", "issuer", "verify")
    return bundle(
        drawn["version"],
        recipient={**made, **who.get("members", {})},
        **{name: drawn[name] for name in parts if name in drawn},
    )
