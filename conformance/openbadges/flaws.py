"""The flaws of badges of all versions, by name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from attrs import evolve

from conformance.openbadges.bundle import Bundle
from conformance.openbadges.flaw import Flaw
from conformance.openbadges.members import of_members
from conformance.openbadges.missigned import of_signatures
from conformance.openbadges.nearly import nearly_right
from conformance.openbadges.unserved import of_documents
from conformance.openbadges.v2.bundle import VERSION as VERSION_2
from conformance.openbadges.v2.flaws import flaws_2

__all__ = ["Flaw", "flaws", "flaws_of", "with_flaw"]


@cache
def flaws() -> Mapping[str, Flaw]:
    """All flaws of badges of 0.5 to 1.1, by name."""
    all_flaws = [*of_members(), *of_documents(), *of_signatures(), *nearly_right()]
    return MappingProxyType({flaw.name: flaw for flaw in all_flaws})


def flaws_of(version: str) -> Mapping[str, Flaw]:
    """The flaws of badges of a version and of those like it, by name."""
    return flaws_2() if version == VERSION_2 else flaws()


def with_flaw(bundle: Bundle, name: str) -> Bundle:
    """The bundle with one flaw.

    Raises:
        KeyError: when there is no such flaw.
    """
    return evolve(flaws_of(bundle.version)[name].change(bundle), flaw=name)
