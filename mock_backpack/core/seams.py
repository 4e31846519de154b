"""Seams: the points of the mock where a defect may take the place of the right behaviour."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from types import MappingProxyType
from typing import Any, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Wrapper: TypeAlias = Callable[..., Any]
"""Called with the right behaviour and then the seam's own arguments."""

Seam: TypeAlias = Callable[..., Any]
"""A function with the right behaviour, which an enabled defect can wrap.

The code that calls a seam does not know of defects; the defects know the seam.
"""

Armed: TypeAlias = Mapping[Seam, tuple[Wrapper, ...]]

_NOTHING: Armed = MappingProxyType({})
_armed: ContextVar[Armed] = ContextVar("_armed", default=_NOTHING)


def seam(behaviour: Callable[P, R]) -> Callable[P, R]:
    """Make a seam of a function."""

    @wraps(behaviour)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        wrapped: Callable[..., R] = behaviour
        for wrapper in _armed.get().get(call, ()):
            wrapped = partial(wrapper, wrapped)
        return wrapped(*args, **kwargs)

    return call


class Crash(Exception):
    """A simulated server error: answered with 500, and not logged as an internal error."""


Right: TypeAlias = Callable[..., Any]
"""The behaviour that a defect wraps."""


@contextmanager
def arming(armed: Armed) -> Iterator[None]:
    """Enable wrappers inside this block, in addition to those that are enabled."""
    before = _armed.get()
    both = {seam: (*before.get(seam, ()), *armed.get(seam, ())) for seam in {*before, *armed}}
    token = _armed.set(both)
    try:
        yield
    finally:
        _armed.reset(token)


def noting(called: Callable[[Seam], None], seams: Iterable[Seam]) -> Armed:
    """Wrappers that change nothing, and report every call of these seams."""

    def noting_call_of(seam: Seam) -> Wrapper:
        def note(right: Right, *args: Any, **kwargs: Any) -> Any:
            called(seam)
            return right(*args, **kwargs)

        return note

    return {seam: (noting_call_of(seam),) for seam in seams}


def wrapping(seam: Seam, wrapper: Wrapper) -> AbstractContextManager[None]:
    """Let one wrapper act for what runs inside this block."""
    return arming({seam: (wrapper,)})
