"""Visits to an issuer's site: what each URL gives, and what is wrong with how it is served."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from attrs import define, field

from mock_backpack.apis.parameters import JSON
from mock_backpack.issuer.drift import drift
from mock_backpack.issuer.looks import Document, Look
from mock_backpack.openbadges import members
from mock_backpack.openbadges.baked import is_picture
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge
from mock_backpack.openbadges.fetch import BYTE_ORDER_MARK, Fetched, Fetcher, is_good, json_object
from mock_backpack.openbadges.images import is_badge_image, looks_like, type_of
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.times import unix_seconds

FRESH = 5.0
"""Seconds: a time that is no older may be made anew at each fetch."""
NEXT_SECOND = 1.1
"""Seconds after which a clock with seconds shows another time."""
BODY_AFTER_HEAD = "a body after the answer to HEAD, where HTTP allows none"


@define
class Sheet:
    """What has been seen of one document so far."""

    document: str
    url: str
    value: Document | None = None
    table: Mapping[str, Member] = field(factory=dict)
    complaints: list[Complaint] = field(factory=list)
    notes: list[str] = field(factory=list)
    picture: bytes = b""
    """What was there, if it was a picture in place of JSON."""

    def complain(self, expected: str, saw: str, member: str = "") -> None:
        """Something is wrong with the document, or with a member of it."""
        self.complaints.append(Complaint(self.document, member, expected, saw))

    @property
    def look(self) -> Look:
        """What there is to tell of it."""
        complaints, notes = tuple(self.complaints), tuple(self.notes)
        return Look(
            self.document, self.url, self.value, self.table, complaints, notes, self.picture
        )


@define
class Visits:
    """Fetches documents and writes down what is wrong with them."""

    fetcher: Fetcher
    now: float
    """Unix seconds."""
    pause: float = NEXT_SECOND
    """Seconds until a fresh assertion is fetched again; 0 for not at all."""

    async def got(self, sheet: Sheet) -> Fetched | None:
        """What a document's URL gives, if it is there."""
        return await _there(sheet, self.fetcher.get)

    async def json(self, sheet: Sheet) -> Document | None:
        """A linked document, if it is a JSON object."""
        fetched = await self.got(sheet)
        if fetched is None:
            return None
        if not is_json(fetched):
            sheet.notes.append(f"Content-Type {fetched.content_type} instead of {JSON}")
        return self.read(sheet, fetched.content)

    def read(self, sheet: Sheet, content: bytes) -> Document | None:
        """What bytes say, if they are a JSON object."""
        if content.startswith(BYTE_ORDER_MARK):
            sheet.complain("JSON", "a byte order mark before it")
        try:
            sheet.value = json_object(sheet.document, content)
        except InvalidBadge as error:
            sheet.complaints += error.complaints
        return sheet.value

    async def assertion(self, sheet: Sheet) -> Document | None:
        """The assertion at its URL: fetched twice or thrice, and asked for by HEAD."""
        first = await self.got(sheet)
        if first is None:
            return None
        changes = await self._changes(sheet, first)
        await self._head(sheet)
        if not is_json(first):
            sheet.complain(f"Content-Type {JSON}", first.content_type)
        if is_picture(first.content):
            sheet.picture = first.content
            sheet.complain("JSON", f"a picture ({type_of(first.content) or 'a PNG'})")
            return None
        value = self.read(sheet, first.content)
        if not changes and value is not None and self._may_be_of_this_second(value):
            await asyncio.sleep(self.pause)
            await self._changes(sheet, first)
        return value

    async def _changes(self, sheet: Sheet, first: Fetched) -> bool:
        """Fetch once more; whether something is different, or not there any more."""
        before = len(sheet.complaints)
        again = await _there(sheet, self.fetcher.fresh)
        sheet.complaints += drift(first.content, again.content) if again else []
        return len(sheet.complaints) > before

    def _may_be_of_this_second(self, assertion: Document) -> bool:
        times = (assertion.get(name) for name in ("issuedOn", "issued_on"))
        return self.pause > 0 and any(
            members.is_time(time_) and abs(unix_seconds(time_) - self.now) < FRESH
            for time_ in times
            if isinstance(time_, int | str)
        )

    async def _head(self, sheet: Sheet) -> None:
        try:
            head = await self.fetcher.head(sheet.document, sheet.url)
        except InvalidBadge as error:
            sheet.complain("an answer to HEAD as to GET", error.complaints[0].saw)
            return
        if not is_good(head.status):
            sheet.complain("200 for HEAD as for GET", str(head.status))
        if head.has_body:
            sheet.notes.append(BODY_AFTER_HEAD)

    async def image(self, sheet: Sheet) -> None:
        """An image, which must be one, and be labelled as what it is."""
        try:
            image = await self.fetcher.image(sheet.document, sheet.url)
        except InvalidBadge as error:
            sheet.complaints += error.complaints
            return
        if not is_badge_image(image.content):
            sheet.complain("a PNG or an SVG", looks_like(image.content))
        elif (right := type_of(image.content)) and image.content_type != right:
            where = " in its data: URL" if sheet.url.startswith("data:") else ""
            sheet.complain(f"Content-Type {right}{where}", image.content_type)

    async def within(self, sheet: Sheet, use: Callable[[bytes], Any]) -> None:
        """Fetch a document, and let ``use`` raise what is wrong with its bytes."""
        fetched = await self.got(sheet)
        try:
            if fetched is not None:
                use(fetched.content)
        except InvalidBadge as error:
            sheet.complaints += error.complaints


async def _there(sheet: Sheet, fetch: Callable[[str, str], Awaitable[Fetched]]) -> Fetched | None:
    try:
        fetched = await fetch(sheet.document, sheet.url)
    except InvalidBadge as error:
        sheet.complaints += error.complaints
        return None
    if not is_good(fetched.status):
        saw = f"{fetched.status}: it was revoked or withdrawn"
        sheet.complain(f"200 from {sheet.url}", saw if fetched.status == 410 else saw[:3])
        return None
    return fetched


def is_json(fetched: Fetched) -> bool:
    """Whether a document is labelled as JSON of some kind."""
    return fetched.content_type == JSON or fetched.content_type.endswith("+json")
