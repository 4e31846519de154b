"""The mock as a target: started in this process, on a socket of its own.

This is the only module of the suite that imports ``mock_backpack``; it is imported only when the
mock is the target.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from conformance.core.errors import AuthoringError
from mock_backpack.app import create_app
from mock_backpack.client import IssuerGrant, MockClient, MockGone, MockRefused
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.misbehaviours import Misbehaviour, UnknownName
from mock_backpack.core.seams import Decide, Seam, arming, noting
from mock_backpack.core.settings import Settings, Shape
from mock_backpack.faults.all import MISBEHAVIOURS
from mock_backpack.issuer.all import NAMES, issuer_api
from mock_backpack.issuer.situation import EARNER
from mock_backpack.issuer.situations import UnknownSituation, situation, situations_of
from mock_backpack.server import served

ODD_CHARACTERS = "+/="
"""Inserted into every token, to detect wrong encoding."""
FETCH_SECONDS = 1.5
"""Timeout of the mock for fetching a document; its issuer site is on this machine."""

__all__ = [
    "EARNER",
    "IssuerGrant",
    "MockClient",
    "MockGone",
    "MockRefused",
    "check_names",
    "chosen_situations",
    "defects",
    "faults",
    "judged_api",
    "judged_requirements",
    "known_situations",
    "reached",
    "running",
    "running_for_issuers",
]


@asynccontextmanager
async def running(defects: Sequence[str], forbidden_host: str | None) -> AsyncIterator[str]:
    """A mock with these defects, while the block runs; yields its root."""
    denied = () if forbidden_host is None else (forbidden_host,)
    policy = FetchPolicy(denied=denied, seconds=FETCH_SECONDS)
    settings = Settings(fetch=policy, shape=Shape(token_marks=ODD_CHARACTERS))
    async with served(create_app(settings, defects=defects)) as url:
        yield f"{url}/"


@asynccontextmanager
async def running_for_issuers() -> AsyncIterator[str]:
    """A correct mock with the fetch timeouts of a Backpack; yields its URL."""
    async with served(create_app()) as url:
        yield url


@contextmanager
def reached(names: set[str]) -> Iterator[None]:
    """Add the defects to ``names`` that could have made a difference to some request.

    Only mocks that are started inside this block count.
    """
    by_seam: dict[Seam, list[Misbehaviour]] = {}
    for entry in defects().values():
        if entry.seam is not None:
            by_seam.setdefault(entry.seam, []).append(entry)

    def see(seam: Seam, decide: Decide | None) -> None:
        for entry in by_seam[seam]:
            if entry.name in names:
                continue
            if entry.acts or decide is None or decide(entry.behave):
                names.add(entry.name)

    with arming(noting(see, by_seam)):
        yield


def check_names(defects: Sequence[str]) -> None:
    """Check that the mock knows these defects.

    Raises:
        AuthoringError: when it does not know one.
    """
    try:
        MISBEHAVIOURS.check_names("defect", defects)
    except UnknownName as error:
        raise AuthoringError(f"target: {error}") from error


def defects() -> Mapping[str, Misbehaviour]:
    """All defects of the mock, by name."""
    return MISBEHAVIOURS.entries_of("defect")


def faults() -> Mapping[str, Misbehaviour]:
    """All faults of the mock, by name."""
    return MISBEHAVIOURS.entries_of("fault")


JUDGED = NAMES
"""Under which issuers are judged: names of APIs, and of a way to use one."""


def judged_api(name: str) -> str:
    """The API that issuers use who are judged under this name."""
    return issuer_api(name).api


def judged_requirements(name: str) -> frozenset[str]:
    """The ids of the requirements that issuers are judged by under this name."""
    return frozenset(issuer_api(name).criteria)


def chosen_situations(names: str, api: str) -> list[str]:
    """The situations of an API in a comma-separated list; ``all`` selects all.

    Raises:
        AuthoringError: when the mock does not know one.
    """
    if names == "all":
        return list(situations_of(api))
    try:
        return [situation(name.strip(), api).id for name in names.split(",") if name.strip()]
    except UnknownSituation as error:
        raise AuthoringError(f"--situations: {error}") from error


def known_situations(api: str) -> list[dict[str, Any]]:
    """All situations of the mock for testing issuers of an API."""
    return [known.to_wire() for known in situations_of(api).values()]
