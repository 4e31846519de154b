"""An API as the engine needs it: what scenarios may say, and how to check its target."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

from attrs import frozen

from conformance.engine.granting import Granting, Invitation
from conformance.engine.load import Load
from conformance.engine.preflight import PreflightResult
from conformance.engine.probe import Look, Probe, Sighting
from conformance.scenario.language import Language
from conformance.target.http.client import Wire
from conformance.target.target import Target

Session: TypeAlias = Any
"""A session has its API, so the API cannot name the type of its session."""


@frozen(eq=False)
class Api:
    """An API that a Backpack implements, as a value: the engine knows no API by name."""

    language: Language
    granting: Granting
    """How earners grant at the pages of the target, which is tried first."""
    sight: Callable[[Wire, Target], Awaitable[Sighting]]
    """See whether a target offers the API, without doing anything to it."""
    preflight: Callable[[Session], Awaitable[PreflightResult]]
    """Reach the target, get a grant, use it: what hinders a run, or accuses the target already."""
    diagnose: Callable[[Session], AsyncIterator[Probe]]
    """Try everything that a run needs, and say what to change."""
    look: Callable[[Session], Awaitable[Look]]
    """See what can be seen of a target that nobody has configured yet."""
    invite: Callable[[Session, str], Awaitable[Invitation]]
    """A link by which an earner grants access by hand, for a callback."""
    listens: Callable[[Session, float, str], Awaitable[bool]]
    """Whether a URL answers anything within so many seconds; ``""`` means the access page."""
    works: Callable[[Session, str, float], Awaitable[bool]]
    """Whether an endpoint answers a valid request, each step within so many seconds."""
    endpoint_of: Callable[[str], str]
    """The endpoint of a URL; any other URL belongs to the pages."""
    pages: str
    """The endpoint that stands for the pages, without which nothing can be judged."""
    load: Load
    """What earners do, many at the same time, and what must be true of it."""

    @property
    def name(self) -> str:
        """Its name in commands and folders."""
        return self.language.name
