"""Scenario files and scenarios as pytest sees them: one item per scenario and row."""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any, TypeAlias

import pytest
from attrs import frozen

from conformance.apis.choosing import ChosenApi, api_of_file
from conformance.core.catalogue import requirements
from conformance.core.errors import AuthoringError, HarnessError
from conformance.core.plain import json_text
from conformance.core.redaction.vault import Vault
from conformance.core.verdict import Finding, Outcome
from conformance.engine.runner import Bench, Runner, open_bench
from conformance.pytest_plugin.measured import open_scenario_line, scenario_line
from conformance.pytest_plugin.plan import plan_of
from conformance.record.model import PROPERTY, SHARED
from conformance.record.reader import scenario_of
from conformance.report.standing import covered
from conformance.report.text import failures_of, findings_text, warnings_of
from conformance.scenario.load import load
from conformance.scenario.model import Scenario

SEEN = "backpack_secrets"
"""The attribute of a report in which a worker of pytest-xdist sends secrets that it saw."""
VAULT = pytest.StashKey[Vault]()
"""Under which pytest keeps the secrets that a run has seen."""

Excinfo: TypeAlias = pytest.ExceptionInfo[BaseException]


@frozen
class ScenarioFailed(Exception):
    """A MUST failed, or was inconclusive."""

    text: str

    def __str__(self) -> str:
        return self.text


class ScenarioFile(pytest.File):
    """A ``*.backpack.yaml`` file."""

    def collect(self) -> Iterable[pytest.Item]:
        """One item for each row."""
        chosen = api_of_file(self.path, plan_of(self.config).apis)
        for scenario in load(self.path, chosen.api.language).each():
            yield ScenarioItem.of(self, scenario, chosen)

    def repr_failure(self, excinfo: Excinfo, style: Any = None) -> Any:  # noqa: ARG002
        """An authoring error is reported in a line, with its place."""
        if isinstance(excinfo.value, AuthoringError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class ScenarioItem(pytest.Function):
    """One scenario."""

    scenario: Scenario
    chosen: ChosenApi
    """The API that it is about."""

    @property
    def full_name(self) -> str:
        """The name of the scenario after that of its API."""
        return f"{self.chosen.name}:{self.scenario.name}"

    @classmethod
    def of(cls, parent: ScenarioFile, scenario: Scenario, chosen: ChosenApi) -> "ScenarioItem":
        """An item that gets its runner as any test gets a fixture."""

        def run(_backpack_runner: Runner) -> None:
            item.run_with(_backpack_runner)

        item = cls.from_parent(parent, name=scenario.name, callobj=run)
        item.scenario = scenario
        item.chosen = chosen
        item.add_marker("backpack")
        item.extra_keyword_matches.update(scenario.requirements)
        return item

    def run_with(self, runner: Runner) -> None:
        """Run the scenario, hand its line to whoever keeps the record, and tell pytest.

        Raises:
            ScenarioFailed: when a MUST failed that is not known to, or could not be told.
        """
        started = time.perf_counter()
        result = runner.run(self.scenario)
        written = open_scenario_line if plan_of(self.config).show_secrets else scenario_line
        line = written(self.chosen.name, result, time.perf_counter() - started)
        self.user_properties.append((PROPERTY, json_text(line)))
        self.user_properties.append((SHARED, json_text(_facts(self.chosen.name, runner))))
        shown = scenario_of(line)
        if warned := findings_text(shown, requirements(), warnings_of(shown, requirements())):
            self.add_report_section("call", "conformance warnings", warned)
        failures = list(failures_of(shown, requirements()))
        news = [failure for failure in failures if not self._is_known(failure)]
        if failed := findings_text(shown, requirements(), news):
            raise ScenarioFailed(failed)
        if failures:
            pytest.xfail(
                ", ".join(sorted({f"{failure.requirement} is known" for failure in failures}))
            )
        outcomes = {finding.outcome for finding in result.findings}
        if outcomes and outcomes <= {Outcome.UNTESTED, Outcome.INAPPLICABLE}:
            pytest.skip(result.findings[0].reason)

    def _is_known(self, finding: Finding) -> bool:
        """Whether a failure stands in the baseline."""
        known = plan_of(self.config).known_failures
        failed = finding.outcome is Outcome.FAILED
        return failed and covered(known, finding.requirement, self.scenario.name)

    def repr_failure(self, excinfo: Excinfo, style: Any = None) -> Any:  # noqa: ARG002
        """A failure is reported in the words of the report, without a traceback."""
        if isinstance(excinfo.value, ScenarioFailed | AuthoringError | HarnessError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """File, line from 0, and name."""
        return self.path, self.scenario.place.line - 1, self.name


class Opening:
    """The runners of a session, opened by the first scenario of each API.

    What is wrong with the target or its settings is remembered. A start that was cut short, by a
    time limit for tests, is not: the next scenario starts it again.
    """

    def __init__(self, config: pytest.Config, stack: ExitStack, browser: bool) -> None:  # noqa: FBT001
        self.trouble = ""
        self._config = config
        self._needs_browser = browser
        self._stack = stack
        self._bench: Bench | None = None
        self._runners: dict[ChosenApi, Runner] = {}

    def runner(self, chosen: ChosenApi) -> Runner | None:
        """The runner of an API; ``None`` when there is trouble."""
        if chosen not in self._runners and not self.trouble:
            try:
                runner = self._opened().runner(chosen.api, chosen.profile)
            except (AuthoringError, HarnessError) as error:
                self.trouble = str(error)
                return None
            self._runners[chosen] = runner
            if self._needs_browser and runner.trouble is None:
                self._needs_browser = False
                runner.start_browser()
        return self._runners.get(chosen)

    def _opened(self) -> Bench:
        """What all runners share.

        Raises:
            AuthoringError, HarnessError: as `open_bench` does.
        """
        if self._bench is None:
            processes = getattr(self._config, "workerinput", {}).get("workercount", 1)
            options = plan_of(self._config).run_options(int(processes))
            self._bench = self._stack.enter_context(open_bench(options))
            self._config.stash[VAULT] = self._bench.environment.client.vault
        return self._bench


def _facts(api: str, runner: Runner) -> dict[str, Any]:
    """What the process that writes the record has to know beside the line of a scenario."""
    trouble = runner.trouble
    preflight = trouble and {
        "tried": trouble.tried,
        "came_back": trouble.came_back,
        "advice": trouble.advice,
    }
    facts = {"preflight": preflight, "silence": runner.monitor.silence}
    return {
        "product": runner.target.product,
        "api": api,
        "measured": {name: value for name, value in facts.items() if value},
    }
