"""Visits to an issuer's site: what each URL gives, and what is wrong with how it is served."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from attrs import define, field

from mock_backpack.apis.parameters import JSON
from mock_backpack.issuer.drift import drift
from mock_backpack.issuer.looks import DocumentLook
from mock_backpack.openbadges import members
from mock_backpack.openbadges.baked import is_picture
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge
from mock_backpack.openbadges.fetch import BYTE_ORDER_MARK, Fetched, Fetcher, is_good, json_object
from mock_backpack.openbadges.images import type_of
from mock_backpack.openbadges.members import Member, Rule
from mock_backpack.openbadges.times import unix_seconds
from mock_backpack.openbadges.versions import faults
from mock_backpack.openbadges.walk import Document

FRESH = 5.0
"""Seconds: a more recent time may be generated at each fetch."""
NEXT_SECOND = 1.1
"""Seconds after which a clock with seconds shows another time."""
BODY_AFTER_HEAD = "a body after the answer to HEAD, where HTTP allows none"


@define
class InspectionSheet:
    """The inspection of one document so far."""

    document: str
    url: str
    value: Document | None = None
    table: Mapping[str, Member] = field(factory=dict)
    complaints: list[Complaint] = field(factory=list)
    notes: list[str] = field(factory=list)
    picture: bytes = b""
    """The content, if it is a picture instead of JSON."""
    is_read: bool = False
    """Whether it has been fetched, or needed no fetching."""

    def complain(self, *complaints: Complaint) -> None:
        """Note what is wrong; the walk goes on."""
        self.complaints += complaints

    def expect(self, expected: str, saw: str, member: str = "") -> None:
        """Something is wrong with the document, or with a member of it."""
        self.complain(Complaint(self.document, member, expected, saw))

    @property
    def look(self) -> DocumentLook:
        """The sheet as a value."""
        complaints, notes = tuple(self.complaints), tuple(self.notes)
        return DocumentLook(
            self.document, self.url, self.value, self.table, complaints, notes, self.picture
        )


@define
class Visits:
    """Reads the documents of a walk for an inspection: notes all complaints, and how it is served.

    Beside the documents themselves it looks at content types, HEAD, and what changes between two
    fetches, which strict judging does not need.
    """

    fetcher: Fetcher
    now: float
    """Unix seconds."""
    pause: float = NEXT_SECOND
    """Seconds until a fresh assertion is fetched again; 0 for not at all."""
    sheets: list[InspectionSheet] = field(factory=list)

    @property
    def looks(self) -> tuple[DocumentLook, ...]:
        """The documents that were read, in the order of the walk."""
        return tuple(sheet.look for sheet in self.sheets if sheet.is_read)

    def sheet(self, document: str, url: str = "") -> InspectionSheet:
        """Begin with a document."""
        sheet = InspectionSheet(document, url, is_read=not url)
        self.sheets.append(sheet)
        return sheet

    def can_follow(self, url: Any, is_right: Rule = members.is_url) -> bool:
        """Whether a link is right; if not, the document that contains it has a complaint."""
        return bool(is_right(url))

    def check(self, sheet: InspectionSheet, value: Document, table: Mapping[str, Member]) -> None:
        """The members that a document must have."""
        sheet.value, sheet.table = value, table
        wrong = faults(sheet.document, value, table)
        sheet.complain(*wrong)
        if value.get("revoked") is True and not any(each.member == "revoked" for each in wrong):
            sheet.notes.append("it says that it is revoked, which Backpack Connect does not know")

    async def json(self, sheet: InspectionSheet) -> Document | None:
        """A linked document, if it is a JSON object."""
        fetched = await self._got(sheet)
        sheet.is_read = True
        if fetched is None:
            return None
        if not is_json(fetched):
            sheet.notes.append(f"Content-Type {fetched.content_type} instead of {JSON}")
        return self.read(sheet, fetched.content)

    async def key(self, sheet: InspectionSheet) -> bytes | None:
        """The bytes of a public key, if it is there."""
        fetched = await self._got(sheet)
        sheet.is_read = True
        return None if fetched is None else fetched.content

    def read(self, sheet: InspectionSheet, content: bytes) -> Document | None:
        """The JSON object in the bytes, if it is one."""
        if content.startswith(BYTE_ORDER_MARK):
            sheet.expect("JSON", "a byte order mark before it")
        try:
            sheet.value = value = json_object(sheet.document, content)
        except InvalidBadge as error:
            sheet.complain(*error.complaints)
            return None
        return value

    async def assertion(self, sheet: InspectionSheet) -> Document | None:
        """The assertion at its URL: fetched twice or thrice, and asked for by HEAD."""
        value = await self._assertion(sheet)
        sheet.is_read = True
        return value

    async def _assertion(self, sheet: InspectionSheet) -> Document | None:
        first = await self._got(sheet)
        if first is None:
            return None
        changes = await self._changes(sheet, first)
        await self._head(sheet)
        if not is_json(first):
            sheet.expect(f"Content-Type {JSON}", first.content_type)
        if is_picture(first.content):
            sheet.picture = first.content
            sheet.expect("JSON", f"a picture ({type_of(first.content) or 'a PNG'})")
            return None
        value = self.read(sheet, first.content)
        if not changes and value is not None and self._may_be_of_this_second(value):
            await asyncio.sleep(self.pause)
            await self._changes(sheet, first)
        return value

    async def image(self, sheet: InspectionSheet) -> Fetched | None:
        """An image, if it is there."""
        try:
            return await self.fetcher.image(sheet.document, sheet.url)
        except InvalidBadge as error:
            sheet.complain(*error.complaints)
            return None
        finally:
            sheet.is_read = True

    def label(self, sheet: InspectionSheet, image: Fetched) -> None:
        """An image must be labelled as what it is."""
        if (right := type_of(image.content)) and image.content_type != right:
            where = " in its data: URL" if sheet.url.startswith("data:") else ""
            sheet.expect(f"Content-Type {right}{where}", image.content_type)

    async def _got(self, sheet: InspectionSheet) -> Fetched | None:
        return await _there(sheet, self.fetcher.get)

    async def _changes(self, sheet: InspectionSheet, first: Fetched) -> bool:
        """Fetch once more; whether something is different, or not there any more."""
        before = len(sheet.complaints)
        again = await _there(sheet, self.fetcher.fresh)
        sheet.complain(*drift(first.content, again.content) if again else ())
        return len(sheet.complaints) > before

    def _may_be_of_this_second(self, assertion: Document) -> bool:
        times = (assertion.get(name) for name in ("issuedOn", "issued_on"))
        return self.pause > 0 and any(
            members.is_time(time_) and abs(unix_seconds(time_) - self.now) < FRESH
            for time_ in times
            if isinstance(time_, int | str)
        )

    async def _head(self, sheet: InspectionSheet) -> None:
        try:
            head = await self.fetcher.head(sheet.document, sheet.url)
        except InvalidBadge as error:
            sheet.expect("an answer to HEAD as to GET", error.complaints[0].saw)
            return
        if not is_good(head.status):
            sheet.expect("200 for HEAD as for GET", str(head.status))
        if head.has_body:
            sheet.notes.append(BODY_AFTER_HEAD)


async def _there(
    sheet: InspectionSheet, fetch: Callable[[str, str], Awaitable[Fetched]]
) -> Fetched | None:
    try:
        fetched = await fetch(sheet.document, sheet.url)
    except InvalidBadge as error:
        sheet.complain(*error.complaints)
        return None
    if not is_good(fetched.status):
        saw = f"{fetched.status}: it was revoked or withdrawn"
        sheet.expect(f"200 from {sheet.url}", saw if fetched.status == 410 else saw[:3])
        return None
    return fetched


def is_json(fetched: Fetched) -> bool:
    """Whether a document is labelled as JSON of some kind."""
    return fetched.content_type == JSON or fetched.content_type.endswith("+json")
