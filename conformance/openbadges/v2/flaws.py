"""All flaws of badges of Open Badges 2.0, by name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from conformance.openbadges.flaw import Flaw
from conformance.openbadges.v2.members import of_members
from conformance.openbadges.v2.missigned import of_signatures
from conformance.openbadges.v2.unserved import of_documents


@cache
def flaws_2() -> Mapping[str, Flaw]:
    """All flaws by name."""
    flaws = [*of_members(), *of_documents(), *of_signatures()]
    return MappingProxyType({flaw.name: flaw for flaw in flaws})
