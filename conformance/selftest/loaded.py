"""Defects of the mock that show only under load: one short load run for each of them."""

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.apis.choosing import named_apis
from conformance.core.verdict import Outcome
from conformance.load.options import LoadOptions
from conformance.load.run import put_under_load
from conformance.selftest.score import DefectTrial
from conformance.selftest.trial import SEED, broken_by
from conformance.target.configuration.configuration import configured
from conformance.target.mock import defects

EARNERS = 16
LONGEST_SECONDS = 120.0
ENOUGH = 3
"""Tasks that showed a failure, after which the run ends."""


def can_load() -> bool:
    """Whether Locust is installed."""
    return find_spec("locust") is not None


def try_under_load(api: str, name: str) -> DefectTrial:
    """Put the mock with one defect under load, with all tasks.

    What one task judges may need others: a lost badge is missed where new badges are pushed.
    """
    breaks = broken_by(name, api)
    configuration = configured({"target": f"mock:{name}", "api": [api]}, {})
    with TemporaryDirectory() as folder:
        finished = put_under_load(
            LoadOptions(
                configuration=configuration,
                apis=named_apis(configuration),
                earners=EARNERS,
                seconds=LONGEST_SECONDS,
                ramp=0.0,
                most_failures=ENOUGH,
                out=Path(folder),
                seed=SEED,
            )
        )
    failed = frozenset(
        finding.requirement
        for line in finished.record.scenarios
        for finding in line.findings
        if finding.outcome is Outcome.FAILED
    )
    return DefectTrial(name, defects()[name].does, breaks, failed)
