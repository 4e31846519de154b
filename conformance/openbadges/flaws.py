"""All flaws, by name."""

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

__all__ = ["Flaw", "flaws", "with_flaw"]


@cache
def flaws() -> Mapping[str, Flaw]:
    """All flaws by name."""
    all_flaws = [*of_members(), *of_documents(), *of_signatures(), *nearly_right()]
    return MappingProxyType({flaw.name: flaw for flaw in all_flaws})


def with_flaw(bundle: Bundle, name: str) -> Bundle:
    """The bundle with one flaw.

    Raises:
        KeyError: when there is no such flaw.
    """
    return evolve(flaws()[name].change(bundle), flaw=name)
