"""Deadlines: what is late ends, what is in time does not, and many share few timers."""

import asyncio

import pytest

from mock_backpack.openbadges.deadlines import GRAIN, Deadlines

pytestmark = pytest.mark.anyio

LONG = 30.0
SOON = 0.1


@pytest.fixture
async def deadlines() -> Deadlines:
    """Deadlines of the loop of the test."""
    return Deadlines(asyncio.get_running_loop())


async def outcome(deadlines: Deadlines, seconds: float, work: float) -> str:
    """Work under a deadline, and how it ended."""
    try:
        with deadlines.within(seconds):
            await asyncio.sleep(work)
    except TimeoutError:
        return "late"
    return "in time"


async def test_late_work_ends_at_its_deadline(deadlines: Deadlines) -> None:
    """The block ends at its deadline, at most a grain later, and not before."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert await outcome(deadlines, SOON, LONG) == "late"
    assert SOON <= loop.time() - begun < SOON + GRAIN + 1


async def test_each_ends_at_its_own_time(deadlines: Deadlines) -> None:
    """Of many that wait together only those end whose time is over."""
    jobs = [(SOON, LONG), (LONG, 2 * SOON), (SOON, 0.0), (2 * SOON, LONG), (LONG, 0.0)]
    outcomes = await asyncio.gather(*(outcome(deadlines, *job) for job in jobs))
    assert outcomes == ["late", "in time", "in time", "late", "in time"]


async def test_a_late_task_goes_on(deadlines: Deadlines) -> None:
    """After a deadline a task may wait for other things, with or without a deadline."""
    assert await outcome(deadlines, SOON, LONG) == "late"
    await asyncio.sleep(0.01)
    assert await outcome(deadlines, LONG, 0.01) == "in time"
    assert await outcome(deadlines, SOON, LONG) == "late"
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_all_end_when_nobody_may_wait_any_longer(deadlines: Deadlines) -> None:
    """The mock stops: each wait ends as if it were late, and a later one has its whole time."""
    tasks = [asyncio.create_task(outcome(deadlines, LONG + each, LONG)) for each in range(3)]
    await asyncio.sleep(0.01)
    deadlines.end_all()
    assert await asyncio.wait_for(asyncio.gather(*tasks), 5) == ["late"] * 3
    assert await outcome(deadlines, LONG, 0.01) == "in time"


async def test_a_cancelled_task_is_not_late(deadlines: Deadlines) -> None:
    """What is cancelled for another reason ends as cancelled."""
    task = asyncio.create_task(outcome(deadlines, LONG, LONG))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_time_limit_around_a_deadline_keeps_its_meaning(deadlines: Deadlines) -> None:
    """When the outer limit ends first, the block does not report that it is late."""
    outcomes = []
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SOON):
            outcomes.append(await outcome(deadlines, LONG, LONG))
    assert outcomes == []


async def test_an_error_of_the_block_comes_out(deadlines: Deadlines) -> None:
    """A block that fails in time fails in its own way, and its task is cancelled no more."""
    with pytest.raises(KeyError), deadlines.within(SOON):
        raise KeyError("a")
    await asyncio.sleep(SOON + 2 * GRAIN)


async def test_many_share_few_timers(deadlines: Deadlines, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand waits that begin together need a timer for each grain of time, and no more."""
    loop = asyncio.get_running_loop()
    timers = []
    call_at = loop.call_at

    def counting(*args):
        timers.append(args)
        return call_at(*args)

    monkeypatch.setattr(loop, "call_at", counting)
    begun = loop.time()
    for _ in range(1000):
        with deadlines.within(LONG):
            pass
    assert len(timers) <= (loop.time() - begun) / GRAIN + 2
