"""Fixtures of all tests: scenarios, judging a target, a mock on a socket."""

import gc
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from importlib.util import find_spec
from typing import Any

import aiohttp
import pytest
from hypothesis import settings

from conformance.apis.registry import DEFAULT
from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.scenario_run import ScenarioResult
from conformance.engine.session import RunOptions
from conformance.scenario.load import shipped_rows
from conformance.scenario.model import Scenario
from conformance.target.opening import TargetOptions
from mock_backpack.app import create_app
from mock_backpack.server import served
from tests.shared import Shared

pytest_plugins = ["pytester"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell
    signal.signal(signal.SIGINT, signal.default_int_handler)  # or no command would heed Ctrl-C

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

needs_browser = pytest.mark.skipif(
    CHROMIUM is None or find_spec("playwright") is None,
    reason="needs Chromium and playwright; apt-get install chromium, pip install playwright",
)

SEED = 1

settings.register_profile("tests", deadline=None)  # a busy machine is no failure
settings.load_profile("tests")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without a look for garbage; none is among what was collected."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()  # or each of the thousands of tests would pay for looks through all of them


@pytest.fixture(scope="session", autouse=True)
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where `once` keeps what the processes of a test run share."""
    base = tmp_path_factory.getbasetemp()
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    Shared.folder = (base.parent if is_worker else base) / "shared"


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as everything else here does."""
    return "asyncio"


@pytest.fixture(scope="session")
def scenarios() -> list[Scenario]:
    """All shipped scenarios, one for each row."""
    return shipped_rows(DEFAULT.language)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, started once."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may not be installed

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


Judge = Callable[..., dict[str, set[Outcome]]]


@pytest.fixture(scope="session")
def judge_target(scenarios: list[Scenario]) -> Judge:
    """Run scenarios against a target: the outcomes of every requirement that was looked at."""

    def judge(
        named: str,
        chosen: Iterable[Scenario] | None = None,
        examples: int | None = None,
        profile: str = "documented",
        browser: bool = False,
        **options: object,
    ) -> dict[str, set[Outcome]]:
        target = TargetOptions(named=named, **options)  # type: ignore[arg-type]
        results: list[ScenarioResult] = []
        wanted = RunOptions(
            target=target,
            seed=SEED,
            examples=examples,
            answers=profile,
            shrinking=0.0,
            in_chromium=browser,
        )
        with open_runner(DEFAULT, wanted) as runner:
            assert runner.trouble is None, str(runner.trouble)
            results += map(runner.run, scenarios if chosen is None else chosen)
        found: dict[str, set[Outcome]] = {}
        for result in results:
            assert not result.trouble, result.trouble
            for finding in result.findings:
                found.setdefault(finding.requirement, set()).add(finding.outcome)
        return found

    return judge


def failed(outcomes: dict[str, set[Outcome]]) -> set[str]:
    """The requirements that failed."""
    return {name for name, found in outcomes.items() if Outcome.FAILED in found}


@pytest.fixture
async def mock() -> AsyncIterator[str]:
    """The URL of a correct mock on a socket of its own."""
    async with served(create_app()) as url:
        yield url


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client with a cookie jar, which follows no redirects by default."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield session
