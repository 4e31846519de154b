"""Greenlets wait for coroutines of another thread, and let each other go on."""

import asyncio

import pytest
from anyio.from_thread import start_blocking_portal

from conformance.load.extra import need_locust

need_locust()

import gevent  # noqa: E402 - the way in which Locust is imported is set first

from conformance.load.bridge import Bridge  # noqa: E402


async def running():
    """The loop of the thread."""
    return asyncio.get_running_loop()


@pytest.fixture(name="bridge")
def fixture_bridge():
    """A bridge to an event loop in a thread."""
    with start_blocking_portal() as portal:
        bridge = Bridge(portal.call(running))
        yield bridge
        bridge.close()


async def doubled(number, seconds=0.0):
    """Twice a number, after a while."""
    await asyncio.sleep(seconds)
    return 2 * number


async def fail():
    """Fail."""
    raise ValueError("no")


def test_the_result_comes_back(bridge):
    """As from any function."""
    assert bridge.wait(doubled(21)) == 42


def test_an_exception_comes_back(bridge):
    """It is raised in the greenlet that waits."""
    with pytest.raises(ValueError, match="no"):
        bridge.wait(fail())


def test_others_go_on_meanwhile(bridge):
    """A greenlet whose coroutine ends later is passed by those that end first."""
    ended = []

    def wait(number, seconds):
        ended.append(bridge.wait(doubled(number, seconds)))

    gevent.joinall([gevent.spawn(wait, 1, 0.3), *(gevent.spawn(wait, each, 0) for each in (2, 3))])
    assert sorted(ended[:2]) == [4, 6]
    assert ended[2] == 2


def test_a_greenlet_that_is_ended_ends_its_coroutine(bridge):
    """So that nothing is sent after the end of a run."""
    was_cancelled = []

    async def wait():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            was_cancelled.append(True)
            raise

    greenlet = gevent.spawn(bridge.wait, wait())
    gevent.sleep(0.1)
    greenlet.kill()
    bridge.wait(doubled(1))
    assert was_cancelled == [True]


@pytest.mark.slow
def test_the_standard_library_is_as_it_was():
    """Locust patches nothing: the suite needs asyncio and threads."""
    import locust  # noqa: F401, PLC0415
    from gevent import monkey  # noqa: PLC0415

    assert not monkey.is_module_patched("socket")
    assert not monkey.is_module_patched("threading")
