"""Who is served at the same time: what some defects need to show."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from mock_backpack.core.backpack import Backpack

CROWD = 3
"""So many earners at the same time are a crowd."""
_served: WeakKeyDictionary[Backpack, Counter[str]] = WeakKeyDictionary()
"""By Backpack: how many requests of each earner are in progress."""


@contextmanager
def among_others(store: Backpack, earner: str) -> Iterator[None]:
    """Count a request of an earner while the block runs."""
    served = _served.setdefault(store, Counter())
    served[earner] += 1
    try:
        yield
    finally:
        served[earner] -= 1
        if not served[earner]:
            del served[earner]


def is_crowded(store: Backpack) -> bool:
    """Whether requests of a crowd are in progress, each of another earner."""
    return len(_served.get(store, ())) >= CROWD


MOMENT_SECONDS = 0.5
_seen: WeakKeyDictionary[Backpack, dict[str, float]] = WeakKeyDictionary()
"""By Backpack: when each earner was served last."""


def passes_in_a_crowd(store: Backpack, earner: str) -> bool:
    """Note that an earner is served; whether a crowd was served within a moment."""
    now = time.monotonic()
    known = _seen.get(store, {})
    recent = {name: at for name, at in known.items() if now - at < MOMENT_SECONDS}
    _seen[store] = {**recent, earner: now}
    return len(_seen[store]) >= CROWD
