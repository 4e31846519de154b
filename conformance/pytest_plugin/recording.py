"""Keep the record of a pytest run, and write the reports when it ends."""

import json
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conformance.apis.choosing import ChosenApi
from conformance.core.catalogue import catalogue_hash, of_role
from conformance.core.errors import AuthoringError
from conformance.core.redaction.vault import Vault
from conformance.core.resources import suite_version
from conformance.engine.counterexample import FOLDER
from conformance.engine.memory import REPLAY, without_password
from conformance.pytest_plugin.items import SEEN, VAULT
from conformance.pytest_plugin.options import UNSELECTED
from conformance.pytest_plugin.plan import Plan, plan_of
from conformance.record.conversion import values
from conformance.record.model import PROPERTY, RECORD, SHARED, Record
from conformance.record.reader import record_of
from conformance.record.writer import FORMAT, RecordWriter
from conformance.report.leaks import accounts_in, clean, clean_files, has_any, record_bytes
from conformance.report.views import remove_views, unwritten_lines, write_views

ACCOUNT_OPTIONS = ("--earner", "--backpack-earner")
"""Options whose values are e-mails and passwords."""
KEPT = (f"{FOLDER}/*", f"{REPLAY}/*/*")
"""Files beside the reports."""
DATABASE_OPTIONS = ("--examples-database", "--backpack-examples-database")
"""Options whose value may be a URL with a password."""
NAME = "backpack-recording"
"""Under which pytest knows this plugin."""


class Recording:
    """Writes a line as soon as a scenario ends; in the process that sees all reports."""

    def __init__(self, config: pytest.Config, plan: Plan) -> None:
        self.folder = plan.keep
        self.product = ""
        self.measured: dict[str, Mapping[str, Any]] = {each.name: {} for each in plan.apis}
        """By API: what the last scenario knew of the target beside what it judged."""
        self.record: Record | None = None
        """The record as a whole, once the run has ended."""
        self.interrupted = False
        self.unwritten: dict[str, OSError] = {}
        """The error of each file that could not be written, or not as a whole."""
        self.found_late: Sequence[str] = ()
        """Which secrets the last look took out of which places, described without them."""
        self._config = config
        self._of_workers = Vault()
        self._accounts = plan.configuration.passwords
        self._shows_secrets = plan.show_secrets
        self._unselected: set[str] = set()
        self._started = time.perf_counter()
        remove_views(self.folder)
        self._writer = RecordWriter(self.folder / RECORD)
        self._lines: list[Mapping[str, Any]] = []
        self._write(_header(plan))

    def _write(self, line: Mapping[str, Any]) -> None:
        self._lines.append(line)
        self._writer.write(line)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A scenario has run; of an API that could not start, the first says it for all.

        The secrets that a worker of pytest-xdist has seen are taken away from the report.
        """
        self._learn(vars(report).pop(SEEN, {}))
        properties = dict(report.user_properties)
        if report.when != "call" or PROPERTY not in properties:
            return
        shared = json.loads(str(properties[SHARED]))
        had_started = "preflight" not in self.measured[shared["api"]]
        self.product = self.product or shared["product"]
        self.measured[shared["api"]] = shared["measured"]
        if had_started:
            self._write(json.loads(str(properties[PROPERTY])))

    @property
    def cannot_start(self) -> bool:
        """Whether the run can start for none of its APIs."""
        return all("preflight" in measured for measured in self.measured.values())

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Somebody pressed Ctrl-C: what was measured stays."""
        self.interrupted = excinfo.type is KeyboardInterrupt

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Scenarios were not selected: what they test may be untested because of that."""
        for item in items:
            self._unselected.update(getattr(getattr(item, "scenario", None), "requirements", ()))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended: what it did not select, which secrets it saw last."""
        output = getattr(node, "workeroutput", {})
        self._unselected.update(output.get(UNSELECTED, ()))
        self._learn(output.get(SEEN, {}))

    def _learn(self, secrets: Mapping[str, str]) -> None:
        for value, kind in secrets.items():
            self._of_workers.learn(value, kind)

    def pytest_internalerror(self) -> None:
        """Something failed that is no scenario: what was measured stays, and is not the whole."""
        self.interrupted = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Close the record, and make the reports of it; none of a run that never began."""
        began = len(self._lines) > 1 or self.interrupted
        if not began and exitstatus != pytest.ExitCode.OK:
            self._writer.close()
            return
        self._write(self._footer())
        self._writer.close()
        if self.interrupted and not self._writer.error:
            # the interrupt may have come before the last line was written, or in the middle of it
            self._write_file(RECORD, record_bytes(self._lines))
        if self._writer.error:
            self.unwritten[RECORD] = self._writer.error
        if not self._shows_secrets:
            self.found_late = list(self._look_again())
        self.record = record_of(self._lines)
        self.unwritten.update(write_views(self.record, self.folder))
        if self.unwritten:
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def _look_again(self) -> Iterator[str]:
        """Take out of the record what one scenario has seen and another one has written.

        The views are made of the record alone; what is kept beside them is looked at as well.
        """
        secrets = accounts_in(self._accounts, self._config.stash.get(VAULT, self._of_workers))
        if has_any(self._lines, secrets):
            cleaned = clean(self._lines, secrets)
            yield from cleaned.names
            self._lines = list(cleaned.lines)
            self._write_file(RECORD, record_bytes(self._lines))
        kept = [kept_file for pattern in KEPT for kept_file in self.folder.glob(pattern)]
        contents = {str(file.relative_to(self.folder)): file.read_bytes() for file in kept}
        for name, content, secret in clean_files(contents, secrets):
            self._write_file(name, content)
            yield f"{secret} in {name}"

    def _write_file(self, name: str, content: bytes) -> None:
        try:
            (self.folder / name).write_bytes(content)
        except OSError as error:
            self.unwritten[name] = error

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was taken out at the end, and what could not be written."""
        for line in unwritten_lines(self.folder, self.unwritten):
            terminalreporter.write_line(line, red=True)
        for place in self.found_late:
            terminalreporter.write_line(f"removed from the reports: {place}")

    def _footer(self) -> Mapping[str, Any]:
        return {
            "kind": "footer",
            "ended": "interrupted" if self.interrupted else "finished",
            "seconds": round(time.perf_counter() - self._started, 3),
            "scenarios": len(self._lines) - 1,
            **({"unselected": sorted(self._unselected)} if self._unselected else {}),
            "product": self.product,
            "apis": self.measured,
        }


def _header(plan: Plan) -> dict[str, Any]:
    baseline = [entry.members for entry in plan.baseline]
    return {
        "kind": "header",
        "format": FORMAT,
        "suite": suite_version(),
        "target": plan.configuration.target,
        "seed": plan.seed,
        "budget": plan.budget,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": _command(plan),
        "strict": plan.strict,
        **({"publishable": False} if plan.show_secrets else {}),
        **({"examples": plan.examples} if plan.examples else {}),
        **({"baseline": baseline} if plan.configuration["baseline"] else {}),
        "apis": [_api(chosen) for chosen in plan.apis],
    }


def _api(chosen: ChosenApi) -> dict[str, Any]:
    return {
        "name": chosen.name,
        "profile": chosen.profile,
        "catalogue": catalogue_hash(chosen.name),
        "found": chosen.found,
        "requirements": values().unstructure(of_role("backpack", chosen.name)),
    }


def _command(plan: Plan) -> str:
    """The command line to repeat the run; passwords are left out, what was found is named."""
    words = [*_program(Path(sys.argv[0])), *sys.argv[1:]]
    for position, word in enumerate(words):
        option, equals, _ = word.partition("=")
        before = words[position - 1] if position else ""
        if option in DATABASE_OPTIONS or before in DATABASE_OPTIONS:
            words[position] = without_password(word)
        elif option in ACCOUNT_OPTIONS and equals:
            words[position] = f"{option}=…"
        elif before in ACCOUNT_OPTIONS:
            words[position] = "…"
    seeded = any("seed" in word for word in words)
    words += [] if seeded else ["--seed", str(plan.seed)]
    words += [word for chosen in plan.apis if chosen.is_seen for word in ("--api", chosen.name)]
    return shlex.join(words)


def _program(started: Path) -> list[str]:
    """How it was called: by its name, or as a module of Python."""
    return ["python", "-m", started.parent.name] if started.stem == "__main__" else [started.name]


def record_run(config: pytest.Config) -> None:
    """Keep a record of this pytest run.

    Raises:
        UsageError: when an option, a variable or a file is wrong.
    """
    try:
        config.pluginmanager.register(Recording(config, plan_of(config)), NAME)
    except AuthoringError as error:
        raise pytest.UsageError(str(error)) from None
