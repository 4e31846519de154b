"""Load: what earners do one after the other, many of them at the same time.

An API says it with a value of `Load`: tasks in Python, made of the verbs and judged by the terms of
its scenarios. An earner does one task at a time and remembers what must be true afterwards, so that
what holds for one earner can be judged whatever all the others do meanwhile.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from attrs import frozen

Earner: TypeAlias = Any
"""A `LoadEarner`, whose session has the API, so that a value of the API cannot name its type."""


@frozen
class LoadTask:
    """Something that earners do again and again."""

    name: str
    title: str
    weight: int
    """How often it is done, beside the others."""
    judges: tuple[str, ...]
    """The requirements that it may judge."""
    action: Callable[[Earner], Awaitable[None]]
    needs: frozenset[str] = frozenset()
    """The capabilities without which it is left out."""


@frozen
class Load:
    """The load that an API can be put under."""

    memory: Callable[[], Any]
    """What an earner remembers, before the first task."""
    token: Callable[[Any], object]
    """The access token in what an earner remembers; ``None`` before the first grant."""
    begin: LoadTask
    """Done once by each earner, and again after a task that was cut short."""
    tasks: tuple[LoadTask, ...]
    end: LoadTask
    """Done once by each earner when the run ends."""

    @property
    def all_tasks(self) -> tuple[LoadTask, ...]:
        """The tasks with the first and the last."""
        return (self.begin, *self.tasks, self.end)

    def possible(self, capabilities: frozenset[str]) -> tuple[LoadTask, ...]:
        """The tasks that can be done at a target with these capabilities."""
        return tuple(task for task in self.tasks if task.needs <= capabilities)
