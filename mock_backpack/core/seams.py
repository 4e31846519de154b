"""Seams: the points of the mock where a defect may take the place of the right behaviour."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from types import MappingProxyType, NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, TypeVarTuple, get_args, get_origin

from attrs import has

Args = TypeVarTuple("Args")
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


def seam(behaviour: Callable[[*Args], R]) -> Callable[[*Args], R]:
    """Make a seam of a function; its arguments are given by position.

    A request passes some twenty seams: keywords would make it 4 % slower.
    """
    current = _armed.get

    @wraps(behaviour)
    def call(*args: *Args) -> R:
        armed = current()
        if armed is _NOTHING:
            return behaviour(*args)
        wrapped: Callable[..., R] = behaviour
        for wrapper in armed.get(call, ()):
            wrapped = partial(wrapper, wrapped)
        return wrapped(*args)

    return call


class Crash(Exception):
    """A simulated server error: answered with 500, and not logged as an internal error."""


Right: TypeAlias = Callable[..., Any]
"""The behaviour that a defect wraps."""


@contextmanager
def arming(armed: Armed) -> Iterator[None]:
    """Enable wrappers inside this block, in addition to those that are enabled.

    Raises:
        TypeError: when a function is no seam: its wrapper would never be called.
    """
    if bare := [each.__qualname__ for each in armed if not hasattr(each, "__wrapped__")]:
        raise TypeError(f"expected seams, saw {', '.join(bare)}")
    before = _armed.get()
    both = {seam: (*before.get(seam, ()), *armed.get(seam, ())) for seam in {*before, *armed}}
    token = _armed.set(both)
    try:
        yield
    finally:
        _armed.reset(token)


VALUES = (bool, str, dict, Mapping, tuple, NoneType)
"""The types of values: seams that return one, or a value made by attrs, do nothing else."""

Decide: TypeAlias = Callable[[Wrapper], bool]
"""Whether a wrapper would have given another value in this call."""


def noting(called: Callable[[Seam, Decide | None], None], seams: Iterable[Seam]) -> Armed:
    """Wrappers that change nothing, and report every call of these seams.

    With the call comes a way to ask whether a wrapper makes a difference to it; ``None`` where
    only the effects of a wrapper could tell.
    """

    def noting_call_of(seam: Seam) -> Wrapper:
        is_value = _returns_value(seam)

        def note(right: Right, *args: Any) -> Any:
            if not is_value:
                called(seam, None)
                return right(*args)
            try:
                value = right(*args)
            except Exception:
                called(seam, None)
                raise
            called(seam, lambda wrapper: _differs(wrapper, right, value, *args))
            return value

        return note

    return {seam: (noting_call_of(seam),) for seam in seams}


def _returns_value(seam: Seam) -> bool:
    """Whether all that a seam does is to give a value that can be compared."""
    if inspect.iscoroutinefunction(inspect.unwrap(seam)):
        return False
    annotation = inspect.signature(seam).return_annotation
    kinds = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return all(kind in VALUES or get_origin(kind) in VALUES or has(kind) for kind in kinds)


def _differs(wrapper: Wrapper, right: Right, value: Any, *args: Any) -> bool:
    try:
        return repr(wrapper(right, *args)) != repr(value)  # markup equals its text
    except Exception:  # noqa: BLE001 - a defect may crash in any way
        return True


def wrapping(seam: Seam, wrapper: Wrapper) -> AbstractContextManager[None]:
    """Let one wrapper act for what runs inside this block."""
    return arming({seam: (wrapper,)})
