"""How fast a load is: its rate, its ramp, its duration, and a target that asks to wait."""

import json
import time
from itertools import pairwise
from urllib.request import urlopen

import pytest
from anyio.from_thread import start_blocking_portal

from conformance.report.load import load_of
from mock_backpack.app import create_app
from mock_backpack.client import MockClient
from mock_backpack.server import served
from tests.conformance.load.runs import failed, load_run

pytestmark = pytest.mark.slow
IDENTITY = ("identity",)


@pytest.fixture(name="mock")
def fixture_mock():
    """A mock that runs before and after the load, with a client of its admin API."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(served(create_app())) as url,
        MockClient(url) as client,
    ):
        yield client


def figures_of(record):
    """The section of a load."""
    figures = load_of(record)
    assert figures is not None
    return figures


def test_a_rate_is_not_exceeded(tmp_path):
    """Whatever the number of earners; all that may be sent is sent."""
    began = time.perf_counter()
    record = load_run(
        tmp_path, "mock", "connect", earners=10, seconds=3.0, tasks=IDENTITY, texts={"rate": "30"}
    )
    took = time.perf_counter() - began
    assert 45 <= figures_of(record).members["requests"] <= 30 * took
    assert failed(record) == set()


def test_earners_come_in_a_ramp(mock, tmp_path):
    """One after the other, the last one when the ramp ends."""
    load_run(
        tmp_path,
        *(mock.url, "connect"),
        earners=5,
        seconds=3.5,
        ramp=2.5,
        tasks=IDENTITY,
        texts={"rate": "60"},
    )
    with urlopen(f"{mock.url}/_mock/grants") as answer:  # noqa: S310 - our own server
        made = sorted(grant["made_at"] for grant in json.load(answer)["grants"])[-5:]
    assert 1.5 <= made[-1] - made[0] <= 3.5
    assert all(after - before < 1.5 for before, after in pairwise(made))


def test_a_run_ends_when_its_time_is_over(tmp_path):
    """Earners end what they do, and no further task begins."""
    record = load_run(
        tmp_path, "mock", "connect", earners=3, seconds=1.5, tasks=IDENTITY, texts={"rate": "40"}
    )
    seconds = [each["second"] for each in figures_of(record).members["timeline"]]
    assert 1 <= max(seconds) <= 3
    assert figures_of(record).cut == []


def test_a_target_that_asks_to_wait_is_asked_again(mock, tmp_path):
    """Later, as it says, and it is accused of nothing."""
    mock.arm("http.rate_limit", endpoint="identity", limit=2, per=1.0)
    record = load_run(tmp_path, mock.url, "connect", earners=3, seconds=4.0, tasks=IDENTITY)
    assert failed(record) == set()
    statuses = [entry["answer"]["status"] for entry in mock.journal(endpoint="identity")]
    assert {200, 429} == set(statuses)
    assert statuses.count(429) <= statuses.count(200)
