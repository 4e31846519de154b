"""What this installation of the suite is: a certificate speaks for nothing else."""

import re
from collections.abc import Iterable, Mapping

from attrs import frozen

from conformance.apis.registry import APIS
from conformance.core.catalogue import catalogue_hash, of_role
from conformance.core.requirement import Requirement
from conformance.core.resources import suite_version
from conformance.scenario.load import shipped_rows
from conformance.scenario.model import Scenario

RELEASED = re.compile(r"\d+(\.\d+)*(\.post\d+)?")
"""A version without ``.dev``, ``a``, ``b``, ``rc`` or ``+`` (version specifiers of PyPA)."""


@frozen
class SuitePart:
    """What a version of the suite tests of one API."""

    catalogue: str
    requirements: tuple[Requirement, ...]
    scenarios: Mapping[str, Scenario]
    """The shipped scenarios, one for each row, by name."""

    @property
    def least_examples(self) -> int:
        """The number of examples that the smallest budget of every property reaches."""
        budgets = (row.examples.values() for row in self.scenarios.values())
        return max((min(budget) for budget in budgets if budget), default=0)


@frozen
class Suite:
    """A version of the suite."""

    version: str
    parts: Mapping[str, SuitePart]
    """By the name of an API: those that somebody asked for."""

    @property
    def is_released(self) -> bool:
        """Whether everybody can install this very version."""
        return bool(RELEASED.fullmatch(self.version))


def this_suite(apis: Iterable[str]) -> Suite:
    """The suite that is running, with what it tests of some APIs."""
    return Suite(suite_version(), {api: _part(api) for api in apis})


def _part(api: str) -> SuitePart:
    rows = shipped_rows(APIS[api].language)
    return SuitePart(
        catalogue_hash(api),
        tuple(of_role("backpack", api)),
        {row.name: row for row in rows},
    )
