"""How often garbage is collected in a process of the suite."""

import atexit
import gc

NEW_OBJECTS = 10_000
"""Before garbage is collected; with Python's 700 it took a tenth of a run to find little."""


def collect_garbage_seldom() -> None:
    """For a process that is ours alone: a pytest run of somebody else keeps its own rule.

    At its end Python would look through all objects of the run once more, which takes a second.
    """
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.freeze)
