"""A flaw: one named way in which a badge can be wrong, made on a right one."""

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
"""What the parts of a badge are called in the words of a flaw."""


def slug(part: str) -> str:
    """The title of a part, as it stands in the name of a flaw."""
    return TITLES[part].replace(" ", "-")


@frozen
class Flaw:
    """One way of being wrong."""

    name: str
    does: str
    """What is wrong, in words."""
    change: Change
    hosted: bool = True
    """Whether a hosted badge can have it."""
    signed: bool = True
    """Whether a signed badge can have it."""
    forged: bool = False
    """Whether it is an attack on signatures, which is a matter of safety."""
    versions: tuple[str, ...] = LINKED
    structural: bool = False
    """Whether the JSON Schema of a document refuses it; others show only when all is fetched."""

    def fits(self, *, signed: bool, version: str = "1.0") -> bool:
        """Whether a hosted or a signed badge of a version can have this flaw."""
        kind = self.signed and version not in OLD if signed else self.hosted
        return kind and not self.forged and version in self.versions
