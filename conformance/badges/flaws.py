"""Flaws: all named ways in which a badge can be wrong."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from attrs import evolve

from conformance.badges.bundle import Bundle
from conformance.badges.flaw import Flaw
from conformance.badges.members import of_members
from conformance.badges.missigned import of_signatures
from conformance.badges.nearly import nearly_right
from conformance.badges.unserved import of_documents

__all__ = ["Flaw", "broken", "flaws"]


@cache
def flaws() -> Mapping[str, Flaw]:
    """All flaws by name."""
    found = [*of_members(), *of_documents(), *of_signatures(), *nearly_right()]
    return MappingProxyType({one.name: one for one in found})


def broken(bundle: Bundle, name: str) -> Bundle:
    """The bundle with one flaw."""
    return evolve(flaws()[name].change(bundle), flaw=name)
