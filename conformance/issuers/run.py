"""Judge an issuer in many situations: start a mock, run the command in each, keep the record."""

import contextlib
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from anyio.from_thread import start_blocking_portal
from attrs import evolve, frozen

from conformance.core.api import DEFAULT
from conformance.core.catalogue import catalogue_hash, of_role
from conformance.core.errors import AuthoringError, HarnessError
from conformance.core.resources import suite_version
from conformance.core.verdict import Finding, Outcome
from conformance.issuers.trial import SituationTrial, TrialSettings, attempt
from conformance.record.conversion import values
from conformance.record.model import ScenarioLine
from conformance.record.reader import record_of
from conformance.record.writer import FORMAT, RecordWriter, plain_line
from conformance.report.views import Finished, remove_views, write_views
from conformance.target.mock import (
    MockClient,
    MockGone,
    MockRefused,
    judged_api,
    judged_requirements,
    running_for_issuers,
)

RECORD = "record.jsonl"
LOGS = "logs"
DECLARED = "declared with --inapplicable"
Report: TypeAlias = Callable[[SituationTrial], None]
"""Receives each situation as soon as it has ended."""


@frozen(kw_only=True)
class IssuerRunOptions:
    """What the user asked for on the command line."""

    command: Sequence[str]
    situations: Sequence[str]
    out: Path
    api: str = DEFAULT
    """As commands name it: an API, or one of the ways that it has."""
    mock: str | None = None
    """URL of a mock that runs already."""
    admin_token: str | None = None
    origin: str | None = None
    timeout: float = 90.0
    jobs: int = 1
    strict: bool = False
    inapplicable: Sequence[str] = ()
    """Requirements that the issuer declares not to be about it."""


@contextlib.contextmanager
def mock_at(url: str | None) -> Iterator[str]:
    """The URL of a mock: the one at ``url``, or one that runs while the block does."""
    if url is not None:
        yield url
        return
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running_for_issuers()) as root,
    ):
        yield root


def judge_issuer(options: IssuerRunOptions, report: Report) -> Finished:
    """Run the command in every situation; write the record and the reports, and return the record.

    Raises:
        AuthoringError: when the command, an option or the folder is wrong.
        HarnessError: when the mock cannot be used.
    """
    _make_folders(options.out)
    started = time.perf_counter()
    writer = RecordWriter(options.out / RECORD)
    lines: list[Mapping[str, Any]] = []

    def write(line: Mapping[str, Any]) -> None:
        lines.append(line)
        writer.write(line)

    with contextlib.closing(writer):
        write(_header(options))
        ended = "interrupted"
        try:
            for trial in _trials(options):
                write(plain_line(_declared(trial.line, options.inapplicable)))
                report(trial)
            ended = "finished"
        except KeyboardInterrupt:
            pass
        except MockGone as error:
            raise HarnessError(f"the mock: {error}; is it running?") from error
        except MockRefused as error:
            raise HarnessError(f"the mock: {error}") from error
        write(_footer(ended, started, len(lines) - 1))
    record = record_of(lines)
    unwritten = dict(write_views(record, options.out))
    if writer.error:
        unwritten[RECORD] = writer.error
    return Finished(record, unwritten)


def _trials(options: IssuerRunOptions) -> Iterator[SituationTrial]:
    with mock_at(options.mock) as url:
        trials = TrialSettings(
            command=options.command,
            root=url,
            admin_token=options.admin_token,
            origin=options.origin,
            timeout=options.timeout,
            logs=options.out / LOGS,
        )
        with MockClient(url, options.admin_token) as client:
            known = {situation["id"]: situation for situation in client.situations()}
        with ThreadPoolExecutor(options.jobs) as pool:
            waiting = [pool.submit(attempt, trials, known[name]) for name in options.situations]
            try:
                for future in waiting:
                    yield future.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                trials.commands.kill()


def _declared(line: ScenarioLine, names: Sequence[str]) -> ScenarioLine:
    """A line without what the issuer declares to lack, unless it was seen to fail there."""
    findings = tuple(
        Finding(finding.requirement, Outcome.INAPPLICABLE, reason=DECLARED)
        if finding.requirement in names and finding.outcome is not Outcome.FAILED
        else finding
        for finding in line.findings
    )
    return evolve(line, findings=findings)


def _make_folders(out: Path) -> None:
    try:
        (out / LOGS).mkdir(parents=True, exist_ok=True)
        remove_views(out)
        (out / RECORD).touch()
    except OSError as error:
        raise AuthoringError(f"--out: cannot write into {out}: {error.strerror}") from error


def _header(options: IssuerRunOptions) -> dict[str, Any]:
    api, names = judged_api(options.api), judged_requirements(options.api)
    judged = [entry for entry in of_role("issuer", api) if entry.id in names]
    return {
        "kind": "header",
        "format": FORMAT,
        "role": "issuer",
        "suite": suite_version(),
        "target": shlex.join(options.command),
        "seed": 0,
        "budget": "quick",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": _command(options),
        "strict": options.strict,
        "apis": [
            {
                "name": api,
                "profile": "documented",
                "catalogue": catalogue_hash(api),
                "found": "that of the situations",
                "requirements": values().unstructure(judged),
            }
        ],
    }


def _command(options: IssuerRunOptions) -> str:
    """The command line to repeat the run."""
    chosen = ",".join(options.situations)
    api = () if options.api == DEFAULT else ("--api", options.api)
    words = ["backpack-conformance", "issuer", *api, "--situations", chosen, "--"]
    words += options.command
    return shlex.join(words)


def _footer(ended: str, started: float, situations: int) -> dict[str, Any]:
    return {
        "kind": "footer",
        "ended": ended,
        "seconds": round(time.perf_counter() - started, 3),
        "scenarios": situations,
        "product": "",
        "apis": {},
    }
