"""The part of the plugin that runs scenarios; it is loaded with the first scenario file."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any

import pytest

from conformance.core.garbage import collect_garbage_seldom
from conformance.core.redaction.vault import Vault
from conformance.engine.runner import Runner
from conformance.pytest_plugin.items import SEEN, VAULT, Opening, ScenarioFile, ScenarioItem
from conformance.pytest_plugin.options import PLAN_TEXT, UNSELECTED
from conformance.pytest_plugin.plan import plan_of
from conformance.pytest_plugin.sockets import with_sockets

__all__ = ["NAME", "ScenarioFile"]

SENT = pytest.StashKey[int]()
"""How many secrets this worker has sent."""
NAME = "backpack-scenarios"
"""Under which pytest knows this plugin."""


def pytest_configure(config: pytest.Config) -> None:
    """A worker of our own command is ours alone; pytest calls this when it loads the plugin."""
    if PLAN_TEXT in getattr(config, "workerinput", ()):
        collect_garbage_seldom()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Under pytest-xdist a worker sends secrets to the process that writes the reports.

    They are no properties of the report, which others write into their files.
    """
    outcome = yield
    if hasattr(item.config, "workeroutput"):
        setattr(outcome.get_result(), SEEN, _new_secrets(item.config))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under pytest-xdist a worker sends the secrets that it has seen after its last scenario."""
    config: Any = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput[SEEN] = _new_secrets(config)


def _new_secrets(config: pytest.Config) -> dict[str, str]:
    """The secrets that were not sent yet, and what each is."""
    vault = config.stash.get(VAULT, Vault())
    sent = config.stash.get(SENT, 0)
    config.stash[SENT] = len(vault.kinds)
    return dict(islice(vault.kinds.items(), sent, None))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Scenarios that may hurt the target run last, and before them those that need a browser.

    It starts while the others run. What the plan leaves out is deselected.
    """
    only = set(plan_of(config).only)
    left_out = [
        item
        for item in items
        if only and isinstance(item, ScenarioItem) and item.full_name not in only
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
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


@pytest.fixture(scope="session")
def _backpack_opening(request: pytest.FixtureRequest) -> Iterator[Opening]:
    with ExitStack() as stack:
        yield Opening(request.config, stack, needs_browser(request.session.items))


@pytest.fixture
def _backpack_runner(request: pytest.FixtureRequest, _backpack_opening: Opening) -> Runner:
    with with_sockets():
        runner = _backpack_opening.runner(request.node.chosen)
    if runner is None:
        pytest.fail(_backpack_opening.trouble, pytrace=False)
    return runner
