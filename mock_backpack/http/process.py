"""How the process of a mock runs: its event loop, and how often garbage is collected."""

import asyncio
import gc
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

GARBAGE = 10_000
"""New objects before garbage is collected; Python's 700 are only a few requests."""


def collect_garbage_seldom() -> None:
    """Modules that are loaded now stay, and answering a request leaves little garbage."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """A faster event loop, where the extra ``speed`` is installed."""
    if find_spec("uvloop") is None:
        return None
    loop: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return loop
