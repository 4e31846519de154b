"""Short load runs in the process of the test, for those who look at what came of them."""

from pathlib import Path
from typing import Any

from conformance.apis.choosing import named_apis
from conformance.core.verdict import Outcome
from conformance.load.options import LoadOptions
from conformance.load.run import put_under_load
from conformance.record.model import Record
from conformance.target.configuration.configuration import configured

LONGEST = 60.0
"""Seconds; a run that waits for a failure ends long before, on any machine."""


def options_of(out: Path, target: str, *apis: str, **options: Any) -> LoadOptions:
    """Options of a load run; ``texts`` are options of the command about the target."""
    texts = options.pop("texts", {})
    configuration = configured({"target": target, "api": list(apis), **texts}, {})
    usual: dict[str, Any] = {"earners": 8, "seconds": LONGEST, "ramp": 0.0, "seed": 1}
    return LoadOptions(
        configuration=configuration,
        apis=named_apis(configuration),
        out=out,
        **{**usual, **options},
    )


def load_run(out: Path, target: str, *apis: str, **options: Any) -> Record:
    """The record of a load run against a target."""
    return put_under_load(options_of(out, target, *apis, **options)).record


def failed(record: Record) -> set[str]:
    """The requirements that failed."""
    return having(record, Outcome.FAILED)


def having(record: Record, outcome: Outcome) -> set[str]:
    """The requirements with a finding of this outcome."""
    return {
        finding.requirement
        for line in record.scenarios
        for finding in line.findings
        if finding.outcome is outcome
    }
