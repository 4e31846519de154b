"""A flaw: one named way in which a badge can be wrong, as a change of a valid badge."""

from collections.abc import Callable

from attrs import frozen

from conformance.openbadges.bundle import Bundle

Change = Callable[[Bundle], Bundle]

LINKED = ("1.0", "1.1")
"""Versions with three linked documents."""
OLD = ("0.5",)
ALL = (*OLD, *LINKED)

TITLES = {
    "assertion": "assertion",
    "badge": "badge class",
    "issuer": "issuer",
    "image": "image",
    "key": "key",
    "revocations": "revocation list",
}
"""The titles of the parts of a badge in the descriptions of flaws."""


def slug(part: str) -> str:
    """The title of a part in the form of a flaw's name."""
    return TITLES[part].replace(" ", "-")


@frozen
class Flaw:
    """One named way in which a badge can be wrong."""

    name: str
    does: str
    """What is wrong, in words."""
    change: Change
    hosted: bool = True
    """Whether a hosted badge can have it."""
    signed: bool = True
    """Whether a signed badge can have it."""
    forged: bool = False
    """Whether it is an attack on signature checks, which is a security matter."""
    versions: tuple[str, ...] = LINKED
    structural: bool = False
    """Whether a document's JSON Schema rejects it; others need all documents to be fetched."""

    def fits(self, *, signed: bool, version: str = "1.0") -> bool:
        """Whether a hosted or a signed badge of a version can have this flaw."""
        kind = self.signed and version not in OLD if signed else self.hosted
        return kind and not self.forged and version in self.versions
