"""Other ways to write a valid badge of Open Badges 2.0, each as a change of the usual one."""

from collections.abc import Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from conformance.openbadges.bundle import Bundle
from conformance.openbadges.flaw import Change, Flaw
from conformance.openbadges.v2.bundle import CONTEXT, VERSION

TYPES = {"assertion": "Assertion", "badge": "BadgeClass", "issuer": "Issuer"}
HOSTED_ONLY = ("not-revoked",)
"""Variants of hosted badges: a signed one is revoked by a list."""
EXTENSIONS = {"x-own": "https://example.org/terms#x-own"}


def _with(bundle: Bundle, name: str, path: str, value: Any) -> Bundle:
    return bundle.with_member(name, path, value)


def _embedded(bundle: Bundle, *, deep: bool) -> Bundle:
    """The badge class inside the assertion, with the issuer inside that if ``deep``."""
    badge = dict(bundle.parts["badge"].content)
    if deep:
        badge["issuer"] = dict(bundle.parts["issuer"].content)
    return bundle.with_member("assertion", "badge", badge)


def _embedded_issuer(bundle: Bundle) -> Bundle:
    return bundle.with_member("badge", "issuer", dict(bundle.parts["issuer"].content))


def _verify(bundle: Bundle) -> Bundle:
    """The name and the types of the versions before, which the context keeps as aliases."""
    verification = dict(bundle.assertion["verification"])
    verification["type"] = "signed" if bundle.is_signed else "hosted"
    verify = verification if bundle.is_signed else {**verification, "url": bundle.assertion["id"]}
    return bundle.without_member("assertion", "verification").with_member(
        "assertion", "verify", verify
    )


def _types_in_arrays(bundle: Bundle) -> Bundle:
    for name, kind in TYPES.items():
        bundle = bundle.with_member(name, "type", [kind])
    return bundle


VARIANTS: Mapping[str, tuple[str, Change]] = MappingProxyType(
    {
        "embedded-badge-class": (
            "the badge class is inside the assertion",
            partial(_embedded, deep=False),
        ),
        "embedded-issuer": ("the issuer is inside the badge class", _embedded_issuer),
        "embedded-documents": (
            "badge class and issuer are inside the assertion",
            partial(_embedded, deep=True),
        ),
        "verify-alias": ("verification has its former name and type", _verify),
        "types-in-arrays": ("each type is an array", _types_in_arrays),
        "context-in-array": (
            "the context is an array with terms of its own",
            partial(_with, name="assertion", path="@context", value=[CONTEXT, EXTENSIONS]),
        ),
        "criteria-narrative": (
            "the criteria are a text",
            partial(_with, name="badge", path="criteria", value={"narrative": "Be good."}),
        ),
        "profile-type": (
            "the issuer has the type Profile",
            partial(_with, name="issuer", path="type", value="Profile"),
        ),
        "evidence-objects": (
            "the evidence is an array of objects",
            partial(
                _with,
                name="assertion",
                path="evidence",
                value=[{"id": "https://example.org/evidence", "narrative": "It was seen."}],
            ),
        ),
        "offset-time": (
            "issuedOn has an offset",
            partial(_with, name="assertion", path="issuedOn", value="2014-06-26T14:09:37+02:00"),
        ),
        "fraction-time": (
            "issuedOn has a fraction of a second",
            partial(_with, name="assertion", path="issuedOn", value="2014-06-26T12:09:37.123Z"),
        ),
        "expires-later": (
            "it expires in the far future",
            partial(_with, name="assertion", path="expires", value="2199-01-01T00:00:00Z"),
        ),
        "not-revoked": (
            "revoked is false",
            partial(_with, name="assertion", path="revoked", value=False),
        ),
    }
)


@cache
def variants() -> Mapping[str, Flaw]:
    """All variants by name; each is a change that leaves the badge valid."""
    return MappingProxyType(
        {
            name: Flaw(name, does, change, signed=name not in HOSTED_ONLY, versions=(VERSION,))
            for name, (does, change) in VARIANTS.items()
        }
    )
