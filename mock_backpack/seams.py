"""Seams: the points of the mock where a defect may take the place of the right behaviour."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import partial, update_wrapper
from types import MappingProxyType
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from attrs import frozen

P = ParamSpec("P")
R = TypeVar("R")

Wrapper: TypeAlias = Callable[..., Any]
"""Called with the right behaviour and then the seam's own arguments."""


class Seam(Generic[P, R]):
    """A function whose right behaviour stands here, and that an armed defect may wrap.

    The code that calls a seam does not know of defects; the defects know the seam.
    """

    def __init__(self, behaviour: Callable[P, R]) -> None:
        self.behaviour = behaviour
        update_wrapper(self, behaviour)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        armed = _armed.get()
        if armed is _NOTHING:
            return self.behaviour(*args, **kwargs)
        behaviour = self.behaviour
        for wrapper in armed.get(self, ()):
            behaviour = partial(wrapper, behaviour)
        return behaviour(*args, **kwargs)


class Crash(Exception):
    """A defect that plays a server error: answered with 500, but not logged as one of ours."""


@frozen(eq=False)
class Defect:
    """One named way of being wrong."""

    name: str
    """``area.what``, such as ``token.no-rotation``; the catalogue says more under this name."""
    seam: Seam[..., Any]
    behave: Wrapper


def defect(name: str, seam: Seam[..., R]) -> Callable[[Callable[..., R]], Defect]:
    """Make a defect of a function that gets the seam's right behaviour, then its arguments."""

    def enter(behave: Callable[..., R]) -> Defect:
        return Defect(name, seam, behave)

    return enter


Right: TypeAlias = Callable[..., Any]
"""The behaviour that a defect wraps."""

Armed: TypeAlias = Mapping[Seam[..., Any], tuple[Wrapper, ...]]

_NOTHING: Armed = MappingProxyType({})
_armed: ContextVar[Armed] = ContextVar("_armed", default=_NOTHING)


def by_seam(defects: Iterable[Defect]) -> Armed:
    """Sort defects by the seam that they wrap."""
    armed: dict[Seam[..., Any], tuple[Wrapper, ...]] = {}
    for one in defects:
        armed[one.seam] = (*armed.get(one.seam, ()), one.behave)
    return MappingProxyType(armed)


@contextmanager
def arming(armed: Armed) -> Iterator[None]:
    """Let wrappers act for what runs inside this block, beside those that act already."""
    before = _armed.get()
    both = {seam: (*before.get(seam, ()), *armed.get(seam, ())) for seam in {*before, *armed}}
    token = _armed.set(both)
    try:
        yield
    finally:
        _armed.reset(token)


def noting(called: Callable[[Seam[..., Any]], None], seams: Iterable[Seam[..., Any]]) -> Armed:
    """Wrappers that change nothing, and tell of every call of these seams."""

    def told(seam: Seam[..., Any]) -> Wrapper:
        def tell(right: Right, *args: Any, **kwargs: Any) -> Any:
            called(seam)
            return right(*args, **kwargs)

        return tell

    return {seam: (told(seam),) for seam in seams}


def wrapping(seam: Seam[..., Any], wrapper: Wrapper) -> AbstractContextManager[None]:
    """Let one wrapper act for what runs inside this block."""
    return arming({seam: (wrapper,)})
