"""Badges for tests: a valid one of each kind, at addresses where no server listens."""

from collections.abc import Mapping
from typing import Any

from conformance.openbadges.bundle import PARTS, BadgeSpec, Bundle, make_bundle, recipient

ORIGIN = "http://127.0.0.1:9"
URLS = {
    **{part: f"{ORIGIN}/badge/{part}" for part in PARTS},
    "nowhere": "http://127.0.0.1:1/assertion",
}
NAMES = {"badge": "Loop badge", "description": "For loops.", "issuer": "Analytical Society"}
ADA = recipient("ada@example.org", hashed=True, salt="deadsea")


def spec(version: str = "1.0", **wanted: Any) -> BadgeSpec:
    """The specification of a badge."""
    usual = {"recipient": ADA, "uid": "badge-1", "issued_on": 1_403_784_577, "names": NAMES}
    return BadgeSpec(version, **{**usual, **wanted})


def bundle(version: str = "1.0", **wanted: Any) -> Bundle:
    """A right badge."""
    return make_bundle(spec(version, **wanted), URLS, ORIGIN)


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
