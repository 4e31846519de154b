"""The judges of issuers: one function for each requirement of the role issuer."""

from collections.abc import Mapping
from types import MappingProxyType

from mock_backpack.issuer.finding import Criterion
from mock_backpack.issuer.judges import connecting, hosting, patience, pushing, renewing, sending

AREAS = (sending, connecting, renewing, pushing, hosting, patience)

JUDGES: Mapping[str, Criterion] = MappingProxyType(
    {
        judge.requirement: judge
        for judge in sorted(
            (
                value
                for area in AREAS
                for value in vars(area).values()
                if isinstance(value, Criterion)
            ),
            key=lambda judge: judge.requirement,
        )
    }
)
"""All of them by requirement, in the order of the ids."""
