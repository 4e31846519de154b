"""What this installation of the suite is: a certificate speaks for nothing else."""

import re
from collections.abc import Mapping

from attrs import frozen

from conformance.catalogue import catalogue_hash, of_role
from conformance.resources import suite_version
from conformance.scenarios import load, shipped
from conformance.values.requirement import Requirement

RELEASED = re.compile(r"\d+(\.\d+)*(\.post\d+)?")
"""A version without ``.dev``, ``a``, ``b``, ``rc`` or ``+`` (version specifiers of PyPA)."""


@frozen
class Suite:
    """A version of the suite."""

    version: str
    catalogue: str
    requirements: tuple[Requirement, ...]
    scenarios: Mapping[str, int]
    """From the name of each scenario to the least number of examples that it tries."""

    @property
    def is_released(self) -> bool:
        """Whether everybody can install this very version."""
        return bool(RELEASED.fullmatch(self.version))


def this_suite() -> Suite:
    """The suite that is running."""
    known = [one for file in shipped() for one in load(file).each()]
    return Suite(
        suite_version(),
        catalogue_hash(),
        tuple(of_role("backpack")),
        {one.name: min(one.examples.values(), default=0) for one in known},
    )
