"""The pytest plugin: options, collection of scenario files, the session that they share.

This module is loaded in every pytest run of everyone who has installed the distribution, so until
it is asked for something it imports nothing but the standard library, pytest and the list of
options.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.core.resources import SCENARIO
from conformance.pytest_plugin.options import (
    PLAN,
    PLAN_TEXT,
    RUN_OPTIONS,
    UNSELECTED,
    add_to,
)
from conformance.target.configuration.keys import SEVERAL, keys

if TYPE_CHECKING:
    from conformance.engine.runner import Runner
    from conformance.issuers.backpack import Backpack, MockClient
    from conformance.pytest_plugin.items import Opening

COUNTER_EXAMPLES = "counter-examples"
"""Where runs leave scenarios: they are evidence, and no tests until they are named."""


GROUP = "backpack"
BLOCKED = ("SocketBlockedError", "SocketConnectBlockedError")
"""Errors of pytest-socket."""
SOCKETS = (
    "pytest-socket blocks the sockets of this fixture: allow this machine with "
    "--allow-hosts=127.0.0.1,::1 (and no --disable-socket), or mark the test with "
    "@pytest.mark.enable_socket"
)
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
        from conformance.core.errors import AuthoringError  # noqa: PLC0415
        from conformance.pytest_plugin.plan import plan_of  # noqa: PLC0415
        from conformance.pytest_plugin.recording import NAME, Recording  # noqa: PLC0415 - only when asked for

        try:
            config.pluginmanager.register(Recording(config, plan_of(config)), NAME)
        except AuthoringError as error:
            raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under pytest-xdist every worker gets the plan, where there is one by now."""
    if plan := node.config.stash.get(PLAN, None):
        node.workerinput[PLAN_TEXT] = plan.to_json()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under pytest-xdist a worker tells the process that writes the reports what is secret."""
    config: Any = session.config
    if not hasattr(config, "workeroutput"):
        return
    from conformance.pytest_plugin.items import SEEN, VAULT  # noqa: PLC0415 - only in a worker

    if vault := config.stash.get(VAULT, None):
        config.workeroutput[SEEN] = vault.kinds


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Scenario files are collected wherever they lie; counter-examples when they are named."""
    if not file_path.name.endswith(SCENARIO):
        return None
    if file_path.parent.name == COUNTER_EXAMPLES and not any(
        parent.session.isinitpath(path) for path in (file_path, file_path.parent)
    ):
        return None
    from conformance.pytest_plugin.items import ScenarioFile  # noqa: PLC0415 - only when there is a scenario

    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Scenarios that may hurt the target run last, and before them those that need a browser.

    It starts while the others run.
    """
    items.sort(key=lambda item: (_lateness(item), needs_browser([item])))


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Under pytest-xdist a worker knows what was not selected, and the controller records it."""
    for item in items:
        output = getattr(item.config, "workeroutput", None)
        if output is not None and hasattr(item, "scenario"):
            output[UNSELECTED] = sorted({*output.get(UNSELECTED, ()), *item.scenario.requirements})


def _lateness(item: pytest.Item) -> int:
    return getattr(getattr(item, "scenario", None), "lateness", 0)


def needs_browser(items: Iterable[pytest.Item]) -> bool:
    """Whether one of these items is a scenario that needs a browser."""
    scenarios = (getattr(item, "scenario", None) for item in items)
    return any("browser" in getattr(scenario, "needs", ()) for scenario in scenarios)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the mock before the first test that uses it.

    A time limit for tests (pytest-timeout) then does not hit the start, which pytest would keep as
    the failure of every later test.
    """
    is_used = any("mock_backpack" in getattr(item, "fixturenames", ()) for item in session.items)
    if is_used and not session.config.option.collectonly:
        from conformance.issuers.backpack import running_mock  # noqa: PLC0415 - only when used

        stack = ExitStack()
        session.config.stash[MOCK] = stack.enter_context(running_mock())
        session.config.add_cleanup(stack.close)


@contextmanager
def _with_sockets() -> Iterator[None]:
    """Say what to do when pytest-socket blocks the sockets of a fixture."""
    try:
        yield
    except RuntimeError as error:
        if type(error).__name__ not in BLOCKED:
            raise
        pytest.fail(SOCKETS, pytrace=False)


@pytest.fixture(scope="session")
def _backpack_opening(request: pytest.FixtureRequest) -> Iterator["Opening"]:
    from conformance.pytest_plugin.items import Opening  # noqa: PLC0415 - only when a scenario runs

    with ExitStack() as stack:
        yield Opening(request.config, stack, needs_browser(request.session.items))


@pytest.fixture
def _backpack_runner(_backpack_opening: "Opening") -> "Runner":
    with _with_sockets():
        runner = _backpack_opening.runner()
    if runner is None:
        pytest.fail(_backpack_opening.trouble, pytrace=False)
    return runner


@pytest.fixture(scope="session")
def mock_backpack(request: pytest.FixtureRequest) -> Iterator["MockClient"]:
    """A mock Backpack for the tests of an issuer; `backpack` is a part of it for one test.

    It is a client of the mock's admin API (docs/mock.md); `mock_backpack.url` is where it is.
    """
    from conformance.issuers.backpack import running_mock  # noqa: PLC0415 - only when asked for

    started = request.config.stash.get(MOCK, None)
    if started is not None:
        yield started
        return
    with ExitStack() as stack:
        with _with_sockets():
            client = stack.enter_context(running_mock())
        yield client


@pytest.fixture
def backpack(mock_backpack: "MockClient") -> Iterator["Backpack"]:
    """A Backpack of its own for one test, and the verdict on the issuer that uses it.

    Ada grants access to whoever sends her to `backpack.access_url`; see docs/issuers.md.
    """
    from conformance.issuers.backpack import Backpack  # noqa: PLC0415 - only when asked for

    with ExitStack() as stack:
        with _with_sockets():
            client = stack.enter_context(mock_backpack.sandbox(situation="healthy"))
        yield Backpack(client)


@pytest.hookimpl(optionalhook=True)
def pytest_html_results_table_header(cells: list[str]) -> None:
    """Columns of our own in the run log of pytest-html."""
    cells[2:2] = ["<th>Requirements</th>", "<th>Level</th>", "<th>Verdict</th>"]


@pytest.hookimpl(optionalhook=True)
def pytest_html_results_table_row(report: pytest.TestReport, cells: list[str]) -> None:
    """The requirements of a scenario, and what was found of them."""
    if not cells:
        return
    from conformance.pytest_plugin.html_log import requirement_cells  # noqa: PLC0415 - only with pytest-html

    cells[2:2] = requirement_cells(report)


@pytest.hookimpl(optionalhook=True)
def pytest_html_results_table_html(report: pytest.TestReport, data: list[str]) -> None:
    """The wire log of a scenario in the row that unfolds."""
    if not hasattr(report, "user_properties"):
        return
    from conformance.pytest_plugin.html_log import wire_log  # noqa: PLC0415 - only with pytest-html

    if text := wire_log(report):
        data.append(text)
