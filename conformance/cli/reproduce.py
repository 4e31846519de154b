"""The command ``reproduce``: a curl command that sends the request of a failure again."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import click
from attrs import frozen

from conformance.apis.registry import APIS
from conformance.cli.options import configuration_of, target_options
from conformance.core.catalogue import did_you_mean
from conformance.core.errors import AuthoringError, HarnessError
from conformance.core.exchange import Exchange, Request
from conformance.core.resources import folder
from conformance.core.terminal import line, say
from conformance.core.verdict import Finding, Outcome
from conformance.engine.reproduction import Spot, request_at
from conformance.engine.runner import Runner, open_bench
from conformance.engine.session import RunOptions
from conformance.record.model import RECORD, Record, ScenarioLine
from conformance.record.reader import read_record
from conformance.scenario.load import load
from conformance.scenario.model import Scenario
from conformance.target.configuration.configuration import ADAPTER, CONFIG, TARGET, Configuration
from conformance.target.opening import TargetOptions
from mock_backpack.cli.grouping import GroupedCommand


@frozen
class Failure:
    """A finding of a record, with the request that shows it."""

    profile: str
    scenario: ScenarioLine
    finding: Finding
    exchange: Exchange

    @property
    def names(self) -> tuple[str, ...]:
        """By which it can be chosen: its requirement, its row, or the scenario of that."""
        name = self.scenario.name
        return self.finding.requirement, name, name.partition("[")[0]

    @property
    def spot(self) -> Spot:
        """Where the request was sent."""
        return Spot.of(self.exchange, self.scenario.exchanges)


@click.command(cls=GroupedCommand)
@click.argument("failure", metavar="FAILURE")
@target_options
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("conformance-report"),
    show_default=True,
    metavar="DIRECTORY",
    help="Folder of the run that failed, with its record.",
)
def reproduce(*, failure: str, texts: Mapping[str, Any], out: Path) -> None:
    """Print a curl command that sends the request of a failure again.

    FAILURE is a requirement or a scenario that failed in the last run, such as BC-TOKEN-04 or
    token-refresh. TARGET is the one of that run by default; its other options are needed again.

    The suite gets a fresh grant, does everything that comes before the request, and prints the
    request as a curl command with real tokens instead of sending it. Then it serves the issuer
    site, and the mock if that is the target, until Ctrl+C. No secret is written to a report.

    \b
    Exit codes: 0 printed, 2 wrong usage or files,
                3 the request was not reached this time.
    """
    record = _read(out)
    chosen = chosen_failure(record, failure)
    configuration = _configuration(texts, str(record.header["target"]))
    options = RunOptions.of(configuration, seed=record.header["seed"])
    with open_bench(options) as bench:
        runner = bench.runner(APIS[chosen.scenario.api], chosen.profile)
        request = _request(runner, chosen)
        authority = configuration["ca"]
        for text in _introduction(chosen):
            say(line(text), error=True)
        say(request.curl(*(["--cacert", authority] if authority else [])))
        say(line(_waiting(options.target)), error=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            Event().wait()


def _read(out: Path) -> Record:
    if not (out / RECORD).is_file():
        raise AuthoringError(f"reproduce: expected the record of a run in {out}, saw none")
    record = read_record(out / RECORD)
    if record.role != "backpack":
        raise AuthoringError("reproduce: the record is of an issuer, whose requests are its own")
    return record


def chosen_failure(record: Record, name: str) -> Failure:
    """The first failure of a requirement or a scenario that a request shows.

    Raises:
        AuthoringError: when there is none.
    """
    failures = [
        Failure(section.profile, scenario, finding, exchange)
        for section in record.sections
        for scenario in section.scenarios
        for finding in scenario.findings
        if finding.outcome is Outcome.FAILED
        and (exchange := scenario.exchange(finding.exchange)) is not None
        and exchange.step
    ]
    chosen = [failure for failure in failures if name in failure.names]
    if chosen:
        return chosen[0]
    known = {known for failure in failures for known in failure.names}
    raise AuthoringError(
        f"reproduce: no request of the last run shows a failure of {name}"
        f"{did_you_mean(name, known)}"
    )


def _configuration(texts: Mapping[str, Any], tested: str) -> Configuration:
    """The configuration; of the target that was tested, unless another one is named."""
    configuration = configuration_of(texts)
    is_named = TARGET in texts or CONFIG in texts
    if is_named or configuration.target == tested or tested.startswith(f"{ADAPTER}:"):
        return configuration
    return configuration_of({**texts, TARGET: tested})


def _request(runner: Runner, failure: Failure) -> Request:
    """The request of a failure, with all that comes before it done.

    Raises:
        HarnessError: when the scenario does not come to it.
    """
    scenario = _scenario(runner, failure)
    if hindrance := runner.hindrance(scenario):
        raise HarnessError(hindrance[1])
    return runner.portal.call(request_at, runner.session, scenario, failure.spot)


def _scenario(runner: Runner, failure: Failure) -> Scenario:
    """The scenario of a failure; of a property, the one with only the failing example."""
    name, written = failure.scenario.name, failure.scenario.file
    if failure.finding.alone:
        [alone] = load(Path(failure.finding.alone), runner.api.language).each()
        return alone
    shipped = folder("scenarios").parent / written
    scenario = load(shipped if shipped.is_file() else Path(written), runner.api.language)
    for row in scenario.each():
        if row.name == name:
            return row
    raise AuthoringError(f"{written}: expected a scenario {name}, as in the record; saw none")


def _introduction(failure: Failure) -> Iterator[str]:
    finding, scenario = failure.finding, failure.scenario
    yield f"{finding.requirement} [{scenario.name} step {failure.spot.step}]"
    yield f"  expected    {finding.expected}"
    yield f"  came back   {finding.came_back}"
    yield "All that comes before it is done, with a fresh grant. The request itself is not sent:"


def _waiting(target: TargetOptions) -> str:
    served = "The target and the issuer site run" if target.is_started else "The issuer site runs"
    return f"{served} until Ctrl+C."
