"""Seams: the points of the mock where a defect may take the place of the right behaviour."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, update_wrapper
from types import MappingProxyType
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from attrs import frozen

P = ParamSpec("P")
R = TypeVar("R")


class Seam(Generic[P, R]):
    """A function whose right behaviour stands here, and that an armed defect may wrap.

    The code that calls a seam does not know of defects; the defects know the seam.
    """

    def __init__(self, behaviour: Callable[P, R]) -> None:
        self.behaviour = behaviour
        update_wrapper(self, behaviour)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        behaviour = self.behaviour
        for defect in _armed.get().get(self, ()):
            behaviour = partial(defect.behave, behaviour)
        return behaviour(*args, **kwargs)


class Crash(Exception):
    """A defect that plays a server error: answered with 500, but not logged as one of ours."""


@frozen(eq=False)
class Defect:
    """One named way of being wrong, and the requirements that it breaks."""

    name: str
    """``area.what``, such as ``token.no-rotation``."""
    does: str
    """What the mock does wrong, in a sentence."""
    breaks: tuple[str, ...]
    """Ids of the requirements that a target with this defect fails, and no others."""
    seam: Seam[..., Any]
    behave: Callable[..., Any]
    """Called with the right behaviour and then the seam's own arguments."""


def defect(
    name: str, seam: Seam[..., R], breaks: Collection[str]
) -> Callable[[Callable[..., R]], Defect]:
    """Make a defect of a function that gets the seam's right behaviour, then its arguments."""

    def enter(behave: Callable[..., R]) -> Defect:
        return Defect(name, " ".join((behave.__doc__ or "").split()), tuple(breaks), seam, behave)

    return enter


Right: TypeAlias = Callable[..., Any]
"""The behaviour that a defect wraps."""

Armed: TypeAlias = Mapping[Seam[..., Any], tuple[Defect, ...]]

_NOTHING: Armed = MappingProxyType({})
_armed: ContextVar[Armed] = ContextVar("_armed", default=_NOTHING)


def by_seam(defects: Collection[Defect]) -> Armed:
    """Sort defects by the seam that they wrap."""
    armed: dict[Seam[..., Any], tuple[Defect, ...]] = {}
    for one in defects:
        armed[one.seam] = (*armed.get(one.seam, ()), one)
    return armed


@contextmanager
def arming(armed: Armed) -> Iterator[None]:
    """Let the defects act for what runs inside this block, and for nothing else."""
    token = _armed.set(armed)
    try:
        yield
    finally:
        _armed.reset(token)
