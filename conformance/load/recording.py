"""The record of a load run: a header, a line for each task and each kept failure, a footer."""

import contextlib
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import define, field

from conformance.apis.choosing import ChosenApi
from conformance.core.catalogue import catalogue_hash, of_role, requirements
from conformance.core.errors import AuthoringError
from conformance.core.resources import suite_version
from conformance.load.figures import figures
from conformance.load.lines import scenario_lines
from conformance.load.options import LoadOptions
from conformance.load.tally import LoadEnded, Tally
from conformance.record.conversion import values
from conformance.record.model import RECORD
from conformance.record.reader import record_of
from conformance.record.writer import FORMAT, RecordWriter
from conformance.report.views import Finished, remove_views, write_views

ACCOUNT = "--earner"
"""The option whose values are e-mails and passwords."""


@define
class Measured:
    """What a run came to, beside its options."""

    tally: Tally = field(factory=Tally)
    preflights: dict[str, Mapping[str, str]] = field(factory=dict)
    """By API: why nothing of it could be judged."""
    ended: str = "finished"
    seconds: float = 0.0
    """Of the whole run."""
    workers: int = 0
    """How many there were, under a master."""
    lost: int = 0
    """Workers that did not come to the end."""
    under_load: float = 0.0
    """Seconds between the first task and the end of the last."""
    product: str = ""

    def take(self, ended: LoadEnded) -> None:
        """Take over what a load has come to."""
        self.tally, self.under_load = ended.tally, ended.seconds
        self.ended = "interrupted" if ended.is_interrupted else "finished"


def make_folder(out: Path) -> None:
    """Make the folder of a run, without the views of an earlier one.

    Raises:
        AuthoringError: when it cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        remove_views(out)
        (out / RECORD).touch()
    except OSError as error:
        raise AuthoringError(f"--out: cannot write into {out}: {error.strerror}") from error


def lines_of(options: LoadOptions, measured: Measured) -> Iterator[Mapping[str, Any]]:
    """All lines of the record."""
    yield _header(options)
    scenarios = [
        line
        for chosen in options.apis
        for line in scenario_lines(chosen.name, chosen.api.load.all_tasks, measured.tally)
    ]
    yield from scenarios
    judged = {finding["requirement"] for line in scenarios for finding in line["findings"]}
    apis = {chosen.name for chosen in options.apis}
    unselected = [
        entry.id
        for entry in requirements().values()
        if apis.intersection(entry.apis) and entry.role == "backpack" and entry.id not in judged
    ]
    yield {
        "kind": "footer",
        "ended": measured.ended,
        "seconds": round(measured.seconds, 3),
        "scenarios": len(scenarios),
        "unselected": sorted(unselected),
        "product": measured.product,
        "apis": {
            chosen.name: {"preflight": measured.preflights[chosen.name]}
            if chosen.name in measured.preflights
            else {}
            for chosen in options.apis
        },
        "load": figures(measured.tally, measured.under_load, _setting(options, measured)),
    }


def _setting(options: LoadOptions, measured: Measured) -> dict[str, Any]:
    limit = options.run_options.rate
    workers = {"workers": measured.workers, "lost": measured.lost} if measured.workers else {}
    return {
        "earners": options.earners,
        "ramp": options.ramp,
        **({"limit": limit} if limit is not None else {}),
        **workers,
    }


def _header(options: LoadOptions) -> dict[str, Any]:
    return {
        "kind": "header",
        "format": FORMAT,
        "suite": suite_version(),
        "target": options.configuration.target,
        "seed": options.seed,
        "budget": "quick",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": _command(options),
        "strict": options.strict,
        "apis": [_api(chosen) for chosen in options.apis],
    }


def _command(options: LoadOptions) -> str:
    """The command line to repeat the run; passwords are left out."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]]
    for position, word in enumerate(words[1:], start=1):
        if words[position - 1] == ACCOUNT:
            words[position] = "…"
        elif word.startswith(f"{ACCOUNT}="):
            words[position] = f"{ACCOUNT}=…"
    seeded = any(word.startswith("--seed") for word in words)
    return shlex.join([*words, *([] if seeded else ["--seed", str(options.seed)])])


def _api(chosen: ChosenApi) -> dict[str, Any]:
    return {
        "name": chosen.name,
        "profile": chosen.profile,
        "catalogue": catalogue_hash(chosen.name),
        "found": chosen.found,
        "requirements": values().unstructure(of_role("backpack", chosen.name)),
    }


def written(out: Path, lines: Sequence[Mapping[str, Any]]) -> Finished:
    """Write record and views, and return the record."""
    with contextlib.closing(RecordWriter(out / RECORD)) as writer:
        for line in lines:
            writer.write(line)
    record = record_of(lines)
    unwritten = dict(write_views(record, out))
    if writer.error:
        unwritten[RECORD] = writer.error
    return Finished(record, unwritten)
