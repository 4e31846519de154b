"""Deadlines: who is late is stopped, who is in time is not, and nobody else is taken for late."""

import asyncio
import time

import pytest

from mock_backpack.http.deadlines import GRAIN, Deadlines

pytestmark = pytest.mark.anyio

LONG = 30.0
SOON = 0.1


@pytest.fixture
async def deadlines() -> Deadlines:
    """Deadlines of the loop of the test."""
    return Deadlines(asyncio.get_running_loop())


async def waiting(deadlines: Deadlines, seconds: float, work: float) -> str:
    """Work under a deadline, and how it ended."""
    try:
        with deadlines.within(seconds):
            await asyncio.sleep(work)
    except TimeoutError:
        return "late"
    return "in time"


async def test_who_is_late_is_stopped(deadlines: Deadlines) -> None:
    """The block ends at its deadline, at most a grain later, and not before."""
    begun = time.monotonic()
    assert await waiting(deadlines, SOON, LONG) == "late"
    assert SOON <= time.monotonic() - begun < SOON + GRAIN + 1


async def test_each_ends_at_its_own_time(deadlines: Deadlines) -> None:
    """Of many that wait together only those are stopped whose time is over."""
    jobs = [(SOON, LONG), (LONG, 2 * SOON), (SOON, 0.0), (2 * SOON, LONG), (LONG, 0.0)]
    ended = await asyncio.gather(*(waiting(deadlines, *one) for one in jobs))
    assert ended == ["late", "in time", "in time", "late", "in time"]


async def test_a_late_task_goes_on(deadlines: Deadlines) -> None:
    """After a deadline a task may wait for other things, with or without a deadline."""
    assert await waiting(deadlines, SOON, LONG) == "late"
    await asyncio.sleep(0.01)
    assert await waiting(deadlines, LONG, 0.01) == "in time"
    assert await waiting(deadlines, SOON, LONG) == "late"
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_who_is_cancelled_is_not_late(deadlines: Deadlines) -> None:
    """What somebody else stops ends as stopped."""
    task = asyncio.create_task(waiting(deadlines, LONG, LONG))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_outer_limit_is_told_from_the_deadline(deadlines: Deadlines) -> None:
    """A time limit around the block is its owner's affair."""
    ended = []
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SOON):
            ended.append(await waiting(deadlines, LONG, LONG))
    assert ended == []


async def test_an_error_of_the_block_comes_out(deadlines: Deadlines) -> None:
    """A block that fails in time fails in its own way, and is waited for no longer."""
    with pytest.raises(KeyError), deadlines.within(SOON):
        raise KeyError("a")
    await asyncio.sleep(SOON + 2 * GRAIN)


async def test_many_share_few_timers(deadlines: Deadlines, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand waits that begin together need a timer for every grain of time, and no more."""
    loop = asyncio.get_running_loop()
    timers = []
    call_later = loop.call_later
    monkeypatch.setattr(loop, "call_later", lambda *said: timers.append(said) or call_later(*said))
    begun = time.monotonic()
    for _ in range(1000):
        with deadlines.within(LONG):
            pass
    assert len(timers) <= (time.monotonic() - begun) / GRAIN + 2
