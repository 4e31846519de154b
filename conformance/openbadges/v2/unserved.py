"""Flaws of documents of Open Badges 2.0 that are missing, or are something else when fetched.

What is posted is right: only who fetches the document sees what is wrong.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from attrs import evolve

from conformance.openbadges.bundle import Bundle, Json
from conformance.openbadges.flaw import TITLES, Flaw, slug
from conformance.openbadges.v2.bundle import CONTEXT, VERSION

SIGNED_ONLY = ("key", "revocations")
PARTS = ("assertion", "badge", "issuer", *SIGNED_ONLY)
SERVED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "404": ("is not found", {"content": b"Not found", "type": "text/plain", "status": 404}),
    "500": ("comes with an error of its server", {"status": 500}),
    "403": ("is forbidden: 403, with the right document", {"status": 403}),
    "empty": ("is empty", {"content": b""}),
    "html": ("is a web page", {"content": b"<!doctype html><p>Hello", "type": "text/html"}),
    "array": ("is a JSON array", {"content": [1, 2]}),
    "cut": ("is truncated", {"content": b'{"id": "cut o'}),
}
"""How a part can be served wrongly: in words, and as changes of what is served."""


def of_documents() -> Iterator[Flaw]:
    """Each part served wrongly, and what is special about hosted assertions."""
    for part in PARTS:
        for how, (does, changes) in SERVED.items():
            serve = partial(_served_as, name=part, changes=changes)
            yield Flaw(f"{slug(part)}-{how}", f"the {TITLES[part]} {does}", serve, **_kinds(part))
    yield _of_hosted(
        "assertion-unreachable", "nothing listens where the assertion should be", _unreachable
    )
    for name, (does, content, status) in REVOKED.items():
        change = partial(_revoked, content=content, status=status)
        yield _of_hosted(f"assertion-{name}", does, change)
    yield _of_hosted("assertion-other-id", "the hosted assertion has another id", _other_id)


REVOKED: Mapping[str, tuple[str, Json, int]] = {
    "gone": ("the assertion is gone: 410", {}, 410),
    "revoked": ("the hosted assertion is revoked", {"revoked": True}, 200),
    "revoked-and-gone": (
        "the assertion is revoked: 410, with revoked",
        {"revoked": True, "revocationReason": "awarded by mistake"},
        410,
    ),
}
"""Revocations of hosted assertions (Open Badges 2.0, section on hosted verification)."""


def _kinds(part: str) -> dict[str, Any]:
    return {
        "hosted": part not in SIGNED_ONLY,
        "signed": part != "assertion",
        "versions": (VERSION,),
    }


def _of_hosted(name: str, does: str, change: Any) -> Flaw:
    return Flaw(name, does, change, signed=False, versions=(VERSION,))


def _as_before(flawed: Bundle, bundle: Bundle) -> Bundle:
    """A bundle of which the right assertion is posted."""
    return evolve(flawed, posted=bundle.assertion)


def _served_as(bundle: Bundle, name: str, changes: Mapping[str, Any]) -> Bundle:
    flawed = bundle.with_part(name, **changes)
    return _as_before(flawed, bundle) if name == "assertion" else flawed


def _unreachable(bundle: Bundle) -> Bundle:
    nowhere = bundle.urls["nowhere"]
    moved = evolve(bundle, urls={**bundle.urls, "assertion": nowhere})
    return moved.with_member("assertion", "id", nowhere)


def _revoked(bundle: Bundle, content: Json, status: int) -> Bundle:
    left = {"@context": CONTEXT, "type": "Assertion", "id": bundle.assertion["id"], **content}
    return _as_before(bundle.with_part("assertion", content=left, status=status), bundle)


def _other_id(bundle: Bundle) -> Bundle:
    other = bundle.with_member("assertion", "id", bundle.urls["copy"])
    return _as_before(other, bundle)
