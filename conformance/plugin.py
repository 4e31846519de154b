"""The pytest plugin: options, collection of scenario files, the session that they share.

This module is loaded in every pytest run of everyone who has installed the distribution, so it
imports nothing but the standard library and pytest, and has no options, until it is asked for
something.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conformance.issuers.backpack import Backpack, MockClient
    from conformance.runner.runner import Runner

SUFFIX = ".backpack.yaml"
COUNTER_EXAMPLES = "counter-examples"
"""Where runs leave scenarios: they are evidence, and no tests until they are named."""


OPTION = "--backpack-"
"""How all options of ours begin."""
HELP = ("-h", "--help")
GROUP = "backpack"
UNSAID = {
    "backpack_config": None,
    "backpack_seed": None,
    "backpack_budget": "quick",
    "backpack_examples": None,
    "backpack_strict": False,
    "backpack_show_secrets": False,
    "backpack_out": None,
}
"""What holds of a run when nobody says anything; of a target, its keys know."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, where the command line or the environment has one of them.

    Forty options cost ten milliseconds: pytest makes its parser several times.
    """
    if _are_wanted([*sys.argv, *os.environ.get("PYTEST_ADDOPTS", "").split()]):
        _add_options(parser)


def pytest_load_initial_conftests(parser: pytest.Parser, args: list[str]) -> None:
    """The options, where an ini file or a program has one of them."""
    if _are_wanted(args) and not parser.getgroup(GROUP).options:
        _add_options(parser)


def _are_wanted(words: Iterable[str]) -> bool:
    return any(word.startswith(OPTION) or word in HELP for word in words)


def _add_options(parser: pytest.Parser) -> None:
    """The options of a conformance run; ``backpack-conformance run`` uses the same."""
    from conformance.keys import SEVERAL, keys  # noqa: PLC0415 - only when asked for

    group = parser.getgroup(GROUP, "Backpack Connect conformance")
    add = group.addoption
    for key in keys():
        several = {"action": "append", "default": []} if key.written in SEVERAL else {}
        told = f"{key.described} Also {key.variable}."
        add(f"--backpack-{key.flag}", metavar=key.metavar, help=told, **several)
    add("--backpack-config", metavar="FILE", help="what is said of the target: a target.toml")
    add("--backpack-seed", metavar="N", type=int, default=None, help="seed of what is drawn")
    add("--backpack-budget", choices=["quick", "ci", "soak"], default="quick")
    add("--backpack-examples", metavar="N", type=int, default=None, help="examples per property")
    add("--backpack-strict", action="store_true", help="a SHOULD binds like a MUST")
    add("--backpack-show-secrets", action="store_true", help="hide none; not for publication")
    add("--backpack-out", metavar="DIR", default=None, help="write record and reports there")


def pytest_configure(config: pytest.Config) -> None:
    """Keep a record when one is wanted, in the process that sees all reports."""
    config.addinivalue_line("markers", "backpack: a scenario of the Backpack Connect suite")
    vars(config.option).update({**UNSAID, **vars(config.option)})
    if not hasattr(config.option, "backpack_replays"):
        config.option.backpack_replays = config.getoption("backpack_seed") is None
    if config.getoption("backpack_seed") is None:
        config.option.backpack_seed = _seed(config)
    if config.getoption("backpack_out") and not hasattr(config, "workerinput"):
        from conformance.recording import NAME, Recording  # noqa: PLC0415 - only when asked for
        from conformance.values.errors import AuthoringError  # noqa: PLC0415

        try:
            config.pluginmanager.register(Recording(config), NAME)
        except AuthoringError as error:
            raise pytest.UsageError(str(error)) from None


def _seed(config: pytest.Config) -> int:
    """One seed for a run, also when it is spread over several processes."""
    shared = getattr(config, "workerinput", {}).get("backpack_seed")
    return int.from_bytes(os.urandom(4)) if shared is None else int(shared)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under pytest-xdist every worker draws with the same seed."""
    node.workerinput["backpack_seed"] = node.config.getoption("backpack_seed")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Scenario files are collected wherever they lie; counter-examples when they are named."""
    if not file_path.name.endswith(SUFFIX):
        return None
    if file_path.parent.name == COUNTER_EXAMPLES and not any(
        parent.session.isinitpath(one) for one in (file_path, file_path.parent)
    ):
        return None
    from conformance.items import ScenarioFile  # noqa: PLC0415 - only when there is a scenario

    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Scenarios that may hurt the target run last, and before them those that need a browser.

    It starts while the others run.
    """
    items.sort(key=lambda item: (_lateness(item), _needs_browser(item)))


def _lateness(item: pytest.Item) -> int:
    return getattr(getattr(item, "scenario", None), "lateness", 0)


def _needs_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(getattr(item, "scenario", None), "needs", ())


@pytest.fixture(scope="session")
def _backpack_runner(request: pytest.FixtureRequest) -> Iterator["Runner"]:
    from conformance.items import options_of  # noqa: PLC0415 - only when a scenario runs
    from conformance.runner.runner import open_runner  # noqa: PLC0415
    from conformance.values.errors import AuthoringError, HarnessError  # noqa: PLC0415

    with ExitStack() as stack:
        trouble = ""
        try:
            runner = stack.enter_context(open_runner(options_of(request.config)))
        except (AuthoringError, HarnessError) as error:
            trouble = str(error)
        if trouble:
            pytest.fail(trouble, pytrace=False)
        if any(map(_needs_browser, request.session.items)):
            runner.start_browser()
        yield runner


@pytest.fixture(scope="session")
def mock_backpack() -> Iterator["MockClient"]:
    """A mock Backpack for the tests of an issuer; `backpack` is a part of it for one test.

    It is a client of the mock's controls (docs/mock.md); `mock_backpack.url` is where it is.
    """
    from conformance.issuers.backpack import running_mock  # noqa: PLC0415 - only when asked for

    with running_mock() as client:
        yield client


@pytest.fixture
def backpack(mock_backpack: "MockClient") -> Iterator["Backpack"]:
    """A Backpack of its own for one test, and the verdict on the issuer that uses it.

    Ada grants access to whoever sends her to `backpack.access_url`; docs/issuers.md tells more.
    """
    from conformance.issuers.backpack import Backpack  # noqa: PLC0415 - only when asked for

    with mock_backpack.sandbox(situation="healthy") as client:
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
    from conformance.runlog import requirement_cells  # noqa: PLC0415 - only with pytest-html

    cells[2:2] = requirement_cells(report)


@pytest.hookimpl(optionalhook=True)
def pytest_html_results_table_html(report: pytest.TestReport, data: list[str]) -> None:
    """The wire log of a scenario in the row that unfolds."""
    if not hasattr(report, "user_properties"):
        return
    from conformance.runlog import wire_log  # noqa: PLC0415 - only with pytest-html

    if told := wire_log(report):
        data.append(told)
