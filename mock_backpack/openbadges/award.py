"""Strict judging of a push: an award, or the first complaint of the walk."""

from collections.abc import Awaitable, Mapping
from typing import Any, NoReturn

from attrs import define, field, frozen

from mock_backpack.core.clock import Clock
from mock_backpack.core.origin import origin_of
from mock_backpack.core.seams import seam
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, Malformed
from mock_backpack.openbadges.fetch import Fetched, Fetcher, json_object
from mock_backpack.openbadges.members import Member, Rule, is_hash, is_url
from mock_backpack.openbadges.recipient import Recipient
from mock_backpack.openbadges.versions import faults, is_flat
from mock_backpack.openbadges.walk import Document, Documents, Walk


@define
class Award:
    """A valid badge: its documents, and what the Backpack needs to know of them."""

    assertion: Document
    badge_class: Document
    issuer: Document
    recipient: Recipient
    origin: str
    """The origin that the issuer document claims."""
    key: tuple[str, str]
    """The key of the badge: issuer origin and uid, or for 0.5 ``""`` and its URL."""
    verify: Mapping[str, str]
    hosted_at: tuple[str, ...] = ()
    """URLs that must be on the issuer's origin because the assertion is served there."""
    key_at: tuple[str, ...] = ()
    """URLs that must be on the issuer's origin because its key is served there."""
    locations: Mapping[str, str] = field(factory=dict)
    """URLs of ``badge`` class and ``issuer``, of a 1.0 badge."""


@frozen
class Judge:
    """Judges pushed badges with one fetcher and one clock."""

    fetcher: Fetcher
    clock: Clock
    _walk: Walk = field(init=False)

    @_walk.default
    def _strict_walk(self) -> Walk:
        return Walk(StrictReader(self.fetcher), self.clock)

    async def award(self, pushed: str) -> Award:
        """Judge an assertion URL or a JWS.

        Raises:
            InvalidBadge: with everything that was found wrong in the first wrong document.
        """
        documents = await self._walk.pushed(pushed)
        assert documents is not None  # noqa: S101 - a strict reader has raised what is wrong
        return _award_05(documents) if is_flat(documents.assertion) else _award(documents)


@define
class StrictSheet:
    """One document of a strict walk, which its first complaint ends."""

    document: str
    url: str

    def complain(self, *complaints: Complaint) -> NoReturn:
        """Refuse the badge.

        Raises:
            InvalidBadge: always.
        """
        raise InvalidBadge(complaints)


@frozen
class StrictReader:
    """Fetches each document once, and lets the first complaint end the walk."""

    fetcher: Fetcher

    def sheet(self, document: str, url: str = "") -> StrictSheet:
        """Begin with a document."""
        return StrictSheet(document, url)

    def read(self, sheet: StrictSheet, content: bytes) -> Document:
        """A JSON object."""
        return json_object(sheet.document, content)

    def check(self, sheet: StrictSheet, value: Document, table: Mapping[str, Member]) -> None:
        """Refuse a document with wrong members."""
        check(sheet.document, value, table)

    def can_follow(self, _url: Any, _is_right: Rule = is_url) -> bool:
        """The document that links to it is right."""
        return True

    def json(self, sheet: StrictSheet) -> Awaitable[Document]:
        """A linked document."""
        return self.fetcher.json_object(sheet.document, sheet.url)

    assertion = json

    def key(self, sheet: StrictSheet) -> Awaitable[bytes]:
        """The bytes of a public key."""
        return self.fetcher.good(sheet.document, sheet.url)

    def image(self, sheet: StrictSheet) -> Awaitable[Fetched]:
        """An image."""
        return pictured(self.fetcher, sheet.document, sheet.url)

    def label(self, _sheet: StrictSheet, _image: Fetched) -> None:
        """Its label does not matter."""


@seam
def check(document: str, value: Document, table: Mapping[str, Member]) -> None:
    """Check a document's own members.

    Raises:
        Malformed: with one complaint for each member that is wrong.
    """
    if complaints := faults(document, value, table):
        raise Malformed(tuple(complaints))


@seam
def pictured(fetcher: Fetcher, document: str, url: str) -> Awaitable[Fetched]:
    """The image at a URL, or in it."""
    return fetcher.image(document, url)


def _award(documents: Documents) -> Award:
    assertion, badge_class = documents.assertion, documents.badge_class
    origin = origin_of(documents.issuer["url"])
    recipient = assertion["recipient"]
    return Award(
        assertion=assertion,
        badge_class=badge_class,
        issuer=documents.issuer,
        recipient=Recipient(recipient["identity"], recipient["hashed"], recipient.get("salt")),
        origin=origin,
        key=(origin, assertion["uid"]),
        verify=assertion["verify"],
        hosted_at=documents.hosted_at,
        key_at=documents.key_at,
        locations={"badge": assertion["badge"], "issuer": badge_class["issuer"]},
    )


def _award_05(documents: Documents) -> Award:
    assertion = documents.assertion
    (url,) = documents.hosted_at
    identity = assertion["recipient"]
    return Award(
        assertion=assertion,
        badge_class=documents.badge_class,
        issuer=documents.issuer,
        recipient=Recipient(identity, is_hash(identity), assertion.get("salt")),
        origin=origin_of(documents.issuer["origin"]),
        key=("", url),
        verify={"type": "hosted", "url": url},
        hosted_at=documents.hosted_at,
    )
