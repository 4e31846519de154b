"""The judges of issuers: one function for each requirement of the role issuer."""

from collections.abc import Mapping
from types import MappingProxyType

from mock_backpack.issuer.finding import Judge
from mock_backpack.issuer.judges import connecting, hosting, patience, pushing, renewing, sending

AREAS = (sending, connecting, renewing, pushing, hosting, patience)

JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        one.requirement: one
        for one in sorted(
            (one for area in AREAS for one in vars(area).values() if isinstance(one, Judge)),
            key=lambda one: one.requirement,
        )
    }
)
"""All of them by requirement, in the order of the ids."""
