"""Scenario files and scenarios as pytest sees them: one item per scenario and row."""

import os
import time
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from attrs import frozen

from conformance.apis.registry import DEFAULT
from conformance.core.catalogue import requirements
from conformance.core.errors import AuthoringError, HarnessError
from conformance.core.plain import json_text
from conformance.core.redaction.vault import Vault
from conformance.core.verdict import Finding, Outcome
from conformance.engine.runner import Runner, open_runner
from conformance.engine.session import RunOptions
from conformance.record.record import PROPERTY, SHARED, scenario_of
from conformance.record.writer import open_line, scenario_line
from conformance.report.baseline import read_baseline
from conformance.report.known import covered
from conformance.report.known_failures import Known
from conformance.report.text import failures_of, told, warnings_of
from conformance.scenario.load import load
from conformance.scenario.model import Scenario
from conformance.target.configuration.configuration import CONFIG, Configuration, configured
from conformance.target.configuration.keys import Key, keys

KEPT = ".backpack-conformance"
"""Where counter-examples are kept when no folder was named: below the root of the user's tests."""

KNOWN = pytest.StashKey[list[Known]]()
"""Under which pytest keeps the baseline of a run."""

SEEN = "backpack_secrets"
"""Under which a worker of pytest-xdist tells what it has seen; it goes over a pipe, to no file."""
VAULT = pytest.StashKey[Vault]()
"""Under which pytest keeps the secrets that a run has seen."""

Excinfo: TypeAlias = pytest.ExceptionInfo[BaseException]


@frozen
class ScenarioFailed(Exception):
    """A MUST failed, or could not be told."""

    told: str

    def __str__(self) -> str:
        return self.told


class ScenarioFile(pytest.File):
    """A ``*.backpack.yaml`` file."""

    def collect(self) -> Iterable[pytest.Item]:
        """One item for each row."""
        for scenario in load(self.path, DEFAULT.language).each():
            yield ScenarioItem.of(self, scenario)

    def repr_failure(self, excinfo: Excinfo, style: Any = None) -> Any:  # noqa: ARG002
        """An authoring error is told in a line, with its place."""
        if isinstance(excinfo.value, AuthoringError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class ScenarioItem(pytest.Function):
    """One scenario."""

    scenario: Scenario

    @classmethod
    def of(cls, parent: ScenarioFile, scenario: Scenario) -> "ScenarioItem":
        """An item that gets its runner as any test gets a fixture."""

        def run(_backpack_runner: Runner) -> None:
            item.run_with(_backpack_runner)

        item = cls.from_parent(parent, name=scenario.name, callobj=run)
        item.scenario = scenario
        item.add_marker("backpack")
        item.extra_keyword_matches.update(scenario.requirements)
        return item

    def run_with(self, runner: Runner) -> None:
        """Run the scenario, hand its line to whoever keeps the record, and tell pytest."""
        started = time.perf_counter()
        result = runner.run(self.scenario)
        written = open_line if self.config.getoption("backpack_show_secrets") else scenario_line
        line = written(result, time.perf_counter() - started)
        self.user_properties.append((PROPERTY, json_text(line)))
        self.user_properties.append((SHARED, json_text(_facts(runner))))
        shown = scenario_of(line)
        if warned := told(shown, requirements(), warnings_of(shown, requirements())):
            self.add_report_section("call", "conformance warnings", warned)
        failures = list(failures_of(shown, requirements()))
        news = [one for one in failures if not self._is_known(one)]
        if failed := told(shown, requirements(), news):
            raise ScenarioFailed(failed)
        if failures:
            pytest.xfail(", ".join(sorted({f"{one.requirement} is known" for one in failures})))
        outcomes = {finding.outcome for finding in result.findings}
        if outcomes and outcomes <= {Outcome.UNTESTED, Outcome.INAPPLICABLE}:
            pytest.skip(result.findings[0].reason)

    def _is_known(self, finding: Finding) -> bool:
        """Whether a failure stands in the baseline."""
        known = baseline_of(self.config)
        failed = finding.outcome is Outcome.FAILED
        return failed and covered(known, finding.requirement, self.scenario.name)

    def repr_failure(self, excinfo: Excinfo, style: Any = None) -> Any:  # noqa: ARG002
        """A failure is told in the words of the report, without a traceback."""
        if isinstance(excinfo.value, ScenarioFailed | AuthoringError | HarnessError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """File, line from 0, and name."""
        return self.path, self.scenario.place.line - 1, self.name


class Opening:
    """The runner of a session, opened by the first scenario.

    What is wrong with the target or its settings is remembered. A start that was cut short, by a
    time limit for tests, is not: the next scenario starts it again.
    """

    def __init__(self, config: pytest.Config, stack: ExitStack, browser: bool) -> None:  # noqa: FBT001
        self.trouble = ""
        self._config = config
        self._needs_browser = browser
        self._stack = stack
        self._runner: Runner | None = None

    def runner(self) -> Runner | None:
        """The runner; ``None`` when there is trouble."""
        if self._runner is None and not self.trouble:
            try:
                self._runner = self._stack.enter_context(
                    open_runner(DEFAULT, options_of(self._config))
                )
            except (AuthoringError, HarnessError) as error:
                self.trouble = str(error)
            else:
                self._config.stash[VAULT] = self._runner.session.client.vault
                if self._needs_browser:
                    self._runner.start_browser()
        return self._runner


def _facts(runner: Runner) -> dict[str, Any]:
    trouble = runner.trouble
    told = trouble and {
        "tried": trouble.tried,
        "came_back": trouble.came_back,
        "advice": trouble.advice,
    }
    found = {"preflight": told, "silence": runner.monitor.silence}
    return {
        "product": runner.target.product,
        **{name: value for name, value in found.items() if value},
    }


def configuration_of(config: pytest.Config) -> Configuration:
    """What options, variables and file say of the target.

    Raises:
        AuthoringError: when something is not written as it should be.
    """
    said = {key.flag: getattr(config.option, dest_of(key), None) for key in keys()}
    return configured({**said, CONFIG: config.getoption("backpack_config")}, os.environ)


def baseline_of(config: pytest.Config) -> list[Known]:
    """The entries of the baseline that count today.

    Raises:
        AuthoringError: when the file is wrong.
    """
    if KNOWN not in config.stash:
        file = configuration_of(config)["baseline"]
        entries = read_baseline(Path(file)) if file else []
        today = datetime.now(UTC).date().isoformat()
        config.stash[KNOWN] = [one for one in entries if one.counts_on(today)]
    return config.stash[KNOWN]


def dest_of(key: Key) -> str:
    """Under which pytest keeps the option of a key."""
    return f"backpack_{key.flag.replace('-', '_')}"


def options_of(config: pytest.Config) -> RunOptions:
    """What a run was asked for.

    Raises:
        AuthoringError: when something is not written as it should be.
    """
    said = config.getoption
    return RunOptions.of(
        configuration_of(config),
        seed=said("backpack_seed"),
        budget=said("backpack_budget"),
        examples=said("backpack_examples"),
        keep=Path(said("backpack_out") or config.rootpath / KEPT),
        replays=said("backpack_replays"),
        processes=int(getattr(config, "workerinput", {}).get("workercount", 1)),
    )
