"""All flaws of credentials of Open Badges 3.0, by name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from conformance.openbadges.v3.changes import CredentialChange
from conformance.openbadges.v3.forged import of_tokens
from conformance.openbadges.v3.members import of_members
from conformance.openbadges.v3.misproved import of_proofs
from conformance.openbadges.v3.served import of_served


@cache
def flaws_3() -> Mapping[str, CredentialChange]:
    """All flaws by name."""
    flaws = [*of_members(), *of_proofs(), *of_tokens(), *of_served()]
    return MappingProxyType({flaw.name: flaw for flaw in flaws})
