"""What the pages of one issuer did, as the mock's own ``issuer.js`` reports it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from attrs import frozen

from mock_backpack.apis.connect.issuing.dialog import ALONE
from mock_backpack.core.entry import Entry
from mock_backpack.core.origin import web_url
from mock_backpack.issuer.connect.watcher import InspectionWatcher
from mock_backpack.issuer.looks import Inspection, Inspections
from mock_backpack.issuer.observation import Observation, Shown
from mock_backpack.issuer.situation import Situation
from mock_backpack.openbadges.signature import looks_signed

CALL, NOTE = "offer", "note"
"""Endpoints."""
CALLED, MISUSED = "called", "misused"
ANSWERED, CLOSED, LEFT = "answered", "closed", "left"
RETURNED, THREW = "returned", "threw"
PRESSED, STUCK = "pressed", "stuck"
"""What a page can be seen to do; all but calls are notes."""


@frozen(eq=False)
class PageEvent:
    """One thing that a page did, or that happened to it."""

    entry: Entry
    note: Mapping[str, str]

    @property
    def what(self) -> str:
        """`CALLED`, or the kind of a note."""
        return CALLED if self.entry.endpoint == CALL else self.note.get("what", "")

    @property
    def page(self) -> str:
        """The page as it was loaded once; ``""`` when a script of the issuer's own called."""
        return self.note.get("page", "")

    @property
    def step(self) -> int:
        """Its place in the order of the page: requests can overtake each other."""
        step = self.note.get("step", "")
        return int(step) if step.isdecimal() else self.entry.number

    @property
    def is_own(self) -> bool:
        """Whether the earner did nothing in the page since the last dialog began or ended."""
        return self.note.get("acted") == "no"

    @property
    def is_beside_another(self) -> bool:
        """Whether another dialog of the page is open, and not answered."""
        return self.note.get("open", "0") != "0"

    @property
    def is_alone(self) -> bool:
        """Whether the dialog is in place of the page."""
        return self.note.get("view") == ALONE

    @property
    def saw(self) -> str:
        """What the script saw: an error, or what is not an array."""
        return self.note.get("saw", "")

    @cached_property
    def assertions(self) -> tuple[str, ...]:
        """The assertions of a call, or of the dialog that was closed."""
        return tuple(
            assertion for assertion in self._array("assertions") if isinstance(assertion, str)
        )

    @cached_property
    def outcomes(self) -> Mapping[str, str]:
        """By assertion: the reason why it was not added, ``""`` if it was."""
        added = dict.fromkeys(map(str, self._array("successes")), "")
        errors = [error for error in self._array("errors") if isinstance(error, dict)]
        return added | {str(each.get("assertion")): str(each.get("reason")) for each in errors}

    def _array(self, name: str) -> list[Any]:
        try:
            value = json.loads(self.note.get(name, "[]"))
        except ValueError:
            return []
        return value if isinstance(value, list) else []


@frozen(eq=False)
class Evidence:
    """The evidence for judging an issuer's page."""

    situation: Situation | None
    entries: tuple[Entry, ...]
    inspections: Inspections | None
    """``None`` if nothing was inspected."""
    strays: Sequence[Shown] = ()

    @cached_property
    def calls(self) -> tuple[PageEvent, ...]:
        """All that the pages did, in the order in which it was observation."""
        return tuple(
            PageEvent(entry, dict(parse_qsl(entry.body.decode(errors="replace"))))
            for entry in self.entries
            if entry.endpoint in (CALL, NOTE)
        )

    @cached_property
    def pages(self) -> tuple[tuple[PageEvent, ...], ...]:
        """What each page did, in its own order."""
        pages: dict[str, list[PageEvent]] = {}
        for event in self.calls:
            pages.setdefault(event.page, []).append(event)
        return tuple(tuple(sorted(page, key=lambda event: event.step)) for page in pages.values())

    def of(self, *kinds: str) -> Iterator[PageEvent]:
        """The events of these kinds."""
        return (event for event in self.calls if event.what in kinds)

    @property
    def earner(self) -> str | None:
        """The earner who should own the badges; ``None`` as long as nobody opened a dialog."""
        if self.situation is not None:
            return self.situation.earner
        return next((entry.earner for entry in self.entries if entry.earner), None)

    def looked_at(self) -> Iterator[tuple[PageEvent, Inspection]]:
        """The badges of each call that were inspected."""
        if self.inspections is None:
            return
        for call in self.of(CALLED):
            for assertion in filter(is_url_or_jws, call.assertions):
                if inspection := self.inspections.of(assertion):
                    yield call, inspection


def is_url_or_jws(text: str) -> bool:
    """Whether a text can be an assertion, hosted or signed."""
    return looks_signed(text) or web_url(text) is not None


def evidence_of(observation: Observation) -> Evidence:
    """What a sandbox received from pages."""
    watcher = observation.watcher
    inspections = watcher.inspections if isinstance(watcher, InspectionWatcher) else None
    return Evidence(observation.situation, observation.entries, inspections)
