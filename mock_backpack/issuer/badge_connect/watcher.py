"""Looks on while pushed assertions are judged: whether the hosted one is the same as the copy."""

from collections.abc import Iterator
from typing import Any

from attrs import field, frozen

from mock_backpack.core.clock import Clock
from mock_backpack.openbadges.complaint import Complaint, quoted
from mock_backpack.openbadges.two.judge import Document, Judge, Verified
from mock_backpack.openbadges.two.members import HOSTED, verification_of

LINKED = ("badge",)
"""Members of which only the id is compared: one copy may embed what the other links to."""
OTHERWISE = ("@context", "verify", "verification", *LINKED)
"""Members that are compared in a way of their own, or not at all."""
MISSING = object()


@frozen
class CopyWatcher:
    """Keeps what differs between a pushed assertion and the hosted one, by its id."""

    differences: dict[str, tuple[Complaint, ...]] = field(factory=dict)

    def begin(self) -> None:
        """Nothing has been compared."""
        self.differences.clear()

    def judging(self, judge: Any) -> Any:
        """A judge that lets the watcher compare what it has found valid."""
        return WatchedJudge(judge, self) if isinstance(judge, Judge) else judge

    def of(self, badge: str) -> tuple[Complaint, ...] | None:
        """The differences of a badge; ``None`` when it was not compared."""
        return self.differences.get(badge)


@frozen
class WatchedJudge:
    """Judges as another does, and has valid assertions compared."""

    judge: Judge
    watcher: CopyWatcher

    @property
    def clock(self) -> Clock:
        """The clock by which badges expire."""
        return self.judge.clock

    async def hosted(self, posted: Document) -> Verified:
        """Judge an assertion that was pushed as an object.

        Raises:
            InvalidBadge: as the judge does.
        """
        verified = await self.judge.hosted(posted)
        # what was wrong once stays wrong
        before = self.watcher.of(verified.id)
        self.watcher.differences[verified.id] = before or tuple(
            differences(posted, verified.assertion)
        )
        return verified

    async def signed(self, jws: str) -> Verified:
        """Judge an assertion that was pushed as a JWS; there is no copy of it.

        Raises:
            InvalidBadge: as the judge does.
        """
        verified = await self.judge.signed(jws)
        self.watcher.differences[jws] = ()
        return verified


def differences(posted: Document, hosted: Document) -> Iterator[Complaint]:
    """A complaint for each member that is not the same in both copies."""
    for name in dict.fromkeys([*posted, *hosted]):
        if name not in OTHERWISE:
            yield from _difference(name, posted.get(name, MISSING), hosted.get(name, MISSING))
    for name in LINKED:
        yield from _difference(f"{name}.id", _id_of(posted.get(name)), _id_of(hosted.get(name)))
    kinds = [verification_of(copy).get("type") for copy in (posted, hosted)]
    if not all(kind in HOSTED for kind in kinds):
        yield from _difference("verification.type", *kinds)


def _difference(name: str, posted: Any, hosted: Any) -> Iterator[Complaint]:
    if posted != hosted:
        expected = f"{_shown(hosted)}, as at its id"
        yield Complaint("assertion", name, expected, _shown(posted))


def _id_of(link: Any) -> Any:
    return link.get("id") if isinstance(link, dict) else link


def _shown(value: Any) -> str:
    return "no such member" if value is MISSING else quoted(value)
