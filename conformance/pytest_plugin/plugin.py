"""The pytest plugin: options, collection of scenario files, the session that they share.

This module is loaded in every pytest run of everyone who has installed the distribution, so until
it is asked for something it imports nothing but the standard library, pytest and the list of
options.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from conformance.core.resources import SCENARIO
from conformance.pytest_plugin.options import (
    PLAN,
    PLAN_TEXT,
    RUN_OPTIONS,
    add_to,
)
from conformance.pytest_plugin.sockets import with_sockets
from conformance.target.configuration.keys import SEVERAL, keys

if TYPE_CHECKING:
    from conformance.issuers.backpack import Backpack, MockClient

COUNTER_EXAMPLES = "counter-examples"
"""Where runs leave scenarios: they are evidence, and no tests until they are named."""

ON_GITHUB = "GITHUB_ACTIONS"
"""Set in a job of GitHub Actions, which shows annotations."""
TESTS_AN_ISSUER = ("backpack", "issuer")
"""The property of a test that uses the fixture ``backpack``."""
GROUP = "backpack"
MOCK = pytest.StashKey["MockClient"]()
"""Under which pytest keeps the mock that was started before the first test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a conformance run; ``backpack-conformance run`` uses the same."""
    group = parser.getgroup(GROUP, "conformance of Backpacks")
    for key in keys():
        several = {"action": "append", "default": []} if key.written in SEVERAL else {}
        description = f"{key.described} Also {key.variable}."
        group.addoption(f"--backpack-{key.flag}", metavar=key.metavar, help=description, **several)
    group.addoption("--backpack-config", metavar="FILE", help="Read target settings from FILE.")
    for option in RUN_OPTIONS:
        add_to(group, option)


def pytest_configure(config: pytest.Config) -> None:
    """Keep a record when one is wanted, in the process that sees all reports.

    Raises:
        UsageError: when an option, a variable or a file is wrong.
    """
    config.addinivalue_line("markers", "backpack: a scenario of the conformance suite")
    if hasattr(config, "workerinput"):
        return
    if PLAN in config.stash or config.getoption("backpack_out"):
        from conformance.pytest_plugin.recording import record_run  # noqa: PLC0415 - only when asked for

        record_run(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under pytest-xdist every worker gets the plan, where there is one by now."""
    if plan := node.config.stash.get(PLAN, None):
        node.workerinput[PLAN_TEXT] = plan.to_json()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Scenario files are collected wherever they lie; counter-examples when they are named."""
    if not file_path.name.endswith(SCENARIO):
        return None
    if file_path.parent.name == COUNTER_EXAMPLES and not any(
        parent.session.isinitpath(path) for path in (file_path, file_path.parent)
    ):
        return None
    from conformance.pytest_plugin import scenarios  # noqa: PLC0415 - only when there is a scenario

    if not parent.config.pluginmanager.is_registered(scenarios):
        parent.config.pluginmanager.register(scenarios, scenarios.NAME)
    return scenarios.ScenarioFile.from_parent(parent, path=file_path)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the mock before the first test that uses it.

    A time limit for tests (pytest-timeout) then does not hit the start, which pytest would keep as
    the failure of every later test.
    """
    is_used = any("mock_backpack" in getattr(item, "fixturenames", ()) for item in session.items)
    if is_used and not session.config.option.collectonly:
        stack = ExitStack()
        session.config.stash[MOCK] = stack.enter_context(_issuers().running_mock())
        session.config.add_cleanup(stack.close)


@pytest.fixture(scope="session")
def mock_backpack(request: pytest.FixtureRequest) -> Iterator["MockClient"]:
    """A mock Backpack for the tests of an issuer; `backpack` is a part of it for one test.

    It is a client of the mock's admin API (docs/mock.md); `mock_backpack.url` is where it is.
    """
    started = request.config.stash.get(MOCK, None)
    if started is not None:
        yield started
        return
    with ExitStack() as stack:
        with with_sockets():
            client = stack.enter_context(_issuers().running_mock())
        yield client


@pytest.fixture
def backpack(request: pytest.FixtureRequest, mock_backpack: "MockClient") -> Iterator["Backpack"]:
    """A Backpack of its own for one test, and the verdict on the issuer that uses it.

    Ada grants access to whoever sends her to `backpack.access_url`; see docs/issuers.md.
    """
    if os.environ.get(ON_GITHUB):
        request.node.user_properties.append(TESTS_AN_ISSUER)
    with ExitStack() as stack:
        with with_sockets():
            client = stack.enter_context(mock_backpack.sandbox(situation="healthy"))
        yield _issuers().Backpack(client)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """On GitHub a failed test of an issuer is shown at its line."""
    if os.environ.get(ON_GITHUB):
        from conformance.report.annotations import workflow_command  # noqa: PLC0415 - only there

        for report in terminalreporter.getreports("failed"):
            if TESTS_AN_ISSUER in report.user_properties:
                file, line, name = report.location
                place = {"file": file, "line": str((line or 0) + 1), "title": name}
                terminalreporter.write_line(workflow_command("error", report.longreprtext, **place))


@pytest.hookimpl(optionalhook=True)
def pytest_html_results_table_header(cells: list[str]) -> None:
    """Columns of our own in the run log of pytest-html."""
    cells[2:2] = ["<th>Requirements</th>", "<th>Level</th>", "<th>Verdict</th>"]


@pytest.hookimpl(optionalhook=True)
def pytest_html_results_table_row(report: pytest.TestReport, cells: list[str]) -> None:
    """The requirements of a scenario, and what was found of them."""
    if not cells:
        return
    cells[2:2] = _html_log().requirement_cells(report)


@pytest.hookimpl(optionalhook=True)
def pytest_html_results_table_html(report: pytest.TestReport, data: list[str]) -> None:
    """The wire log of a scenario in the row that unfolds."""
    if not hasattr(report, "user_properties"):
        return
    if text := _html_log().wire_log(report):
        data.append(text)


def _issuers() -> ModuleType:
    from conformance.issuers import backpack as issuers  # noqa: PLC0415 - loads the mock

    return issuers


def _html_log() -> ModuleType:
    from conformance.pytest_plugin import html_log  # noqa: PLC0415 - only with pytest-html

    return html_log
