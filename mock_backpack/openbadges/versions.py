"""The version that a document claims, which explains its errors better than single members."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.openbadges import members
from mock_backpack.openbadges.complaint import Complaint, quoted
from mock_backpack.openbadges.members import Member

CONTEXTS = (
    ("openbadges/v2", "Open Badges 2.0"),
    ("credentials/", "Open Badges 3.0"),
    ("purl.imsglobal.org/spec/ob/v3", "Open Badges 3.0"),
)
"""Parts of the URLs in ``@context``, and the versions that they mean."""
EXPECTED = "Open Badges 0.5, 1.0 or 1.1, which Backpack Connect takes"


def faults(document: str, value: Mapping[str, Any], table: Mapping[str, Member]) -> list[Complaint]:
    """All that is wrong with a document's own members; or what it is, when it is another kind."""
    wrong = members.complaints(document, value, table)
    if wrong and value.get("revoked") is True:
        return [Complaint(document, "revoked", "no such member", "true: it says it is revoked")]
    if wrong and (version := version_of(value)):
        return [Complaint(document, "", EXPECTED, version)]
    if document == "assertion" and is_embedded(value):
        expected = members.URL.expected
        saw = "an object: the badge class must be served at a URL of its own"
        return [complaint for complaint in wrong if complaint.member != "badge"] + [
            Complaint(document, "badge", expected, saw)
        ]
    return wrong


def version_of(value: Mapping[str, Any]) -> str:
    """The later version that a document is of, ``""`` for none."""
    context = quoted(value.get("@context", ""))
    named = (version for part, version in CONTEXTS if part in context)
    by_members = "Open Badges 2.0" if "verification" in value and "verify" not in value else ""
    return next(named, by_members)


def is_flat(assertion: Mapping[str, Any]) -> bool:
    """Whether an assertion holds its badge, as in 0.5."""
    return isinstance(assertion.get("badge"), dict) and not is_embedded(assertion)


def is_embedded(assertion: Mapping[str, Any]) -> bool:
    """Whether it holds its badge, but everything else is of 1.0 or later."""
    recipient = assertion.get("recipient")
    is_later = isinstance(recipient, dict) and "identity" in recipient
    return isinstance(assertion.get("badge"), dict) and (is_later or bool(version_of(assertion)))
