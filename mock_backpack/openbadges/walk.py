"""The one walk over a pushed badge: its documents in order, and what must be true of them."""

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping
from typing import Any, Protocol, TypeAlias

from attrs import frozen

from mock_backpack.core.clock import Clock
from mock_backpack.core.origin import origin_of, web_url
from mock_backpack.core.seams import seam
from mock_backpack.openbadges import members, signature
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, quoted
from mock_backpack.openbadges.fetch import Fetched
from mock_backpack.openbadges.images import is_badge_image, looks_like
from mock_backpack.openbadges.members import HASH_EXPECTED, Member, Rule, is_hash
from mock_backpack.openbadges.pushed import flaw_of
from mock_backpack.openbadges.times import unix_seconds
from mock_backpack.openbadges.versions import is_flat

Document: TypeAlias = dict[str, Any]
COPY = "assertion at verify.url"
BADGE = "an absolute http(s) URL or a compact JWS"


class Sheet(Protocol):
    """One document of a badge, and what is wrong with it."""

    @property
    def document(self) -> str:
        """Its name in complaints."""

    @property
    def url(self) -> str:
        """Its URL, ``""`` when it was pushed itself."""

    def complain(self, *complaints: Complaint) -> None:
        """Report what is wrong.

        Raises:
            InvalidBadge: when the walk ends at the first complaint.
        """


class DocumentReader(Protocol):
    """Gets the documents of a walk, and decides whether it goes on after a complaint.

    A strict reader raises `InvalidBadge` for the first complaint. Another one writes complaints on
    the sheet, and answers ``None`` for a document that cannot be read.
    """

    def sheet(self, document: str, url: str = "") -> Sheet:
        """Begin with a document; the order of the sheets is that of the walk."""

    def read(self, sheet: Any, content: bytes) -> Document | None:
        """A JSON object."""

    def check(self, sheet: Any, value: Document, table: Mapping[str, Member]) -> None:
        """Complain about the members of a document."""

    def can_follow(self, url: Any, is_right: Rule = members.is_url) -> bool:
        """Whether to fetch what a document links to; if not, that document has a complaint."""

    def assertion(self, sheet: Any) -> Awaitable[Document | None]:
        """The pushed assertion."""

    def json(self, sheet: Any) -> Awaitable[Document | None]:
        """A linked document."""

    def key(self, sheet: Any) -> Awaitable[bytes | None]:
        """The bytes of a public key."""

    def image(self, sheet: Any) -> Awaitable[Fetched | None]:
        """An image, fetched or out of its ``data:`` URL."""

    def label(self, sheet: Any, image: Fetched) -> None:
        """Look at how a good image is labelled."""


@frozen
class Documents:
    """The documents of a complete walk."""

    assertion: Document
    badge_class: Document
    issuer: Document
    hosted_at: tuple[str, ...] = ()
    """URLs that serve the assertion."""
    key_at: tuple[str, ...] = ()
    """URLs that serve its key."""


@frozen
class Walk:
    """From what was pushed along its links; each complaint goes to the reader as it is found."""

    reader: DocumentReader
    clock: Clock

    async def pushed(self, pushed: str) -> Documents | None:
        """An assertion URL or a JWS; ``None`` if a document is missing."""
        if web_url(pushed) is not None:
            sheet = self.reader.sheet("assertion", pushed)
            assertion = await self.reader.assertion(sheet)
            return None if assertion is None else await self.hosted(sheet, assertion)
        if signature.looks_signed(pushed):
            return await self._signed(pushed)
        why = flaw_of(pushed)
        saw = f"{quoted(pushed)}: {why}" if why else quoted(pushed)
        self.reader.sheet("badge").complain(Complaint("badge", "", BADGE, saw))
        return None

    async def hosted(self, sheet: Sheet, assertion: Document) -> Documents | None:
        """An assertion at the URL of its sheet; a given assertion has no URL."""
        url = sheet.url
        if is_flat(assertion):
            return await self._flat(sheet, assertion)
        self._check_assertion(sheet, assertion, "hosted" if url else "")
        copy_at = verify_of(assertion).get("url")
        badge_class = self._badge_class(assertion)
        if url and copy_at != url:
            found, _ = await together(badge_class, self._copy(copy_at, url, assertion))
        else:
            found = await badge_class
        issuer = await self._links(assertion, found)
        if found is None or issuer is None:
            return None
        return Documents(assertion, found, issuer, hosted_at=(url, str(copy_at)))

    async def _signed(self, pushed: str) -> Documents | None:
        try:
            payload = signature.unverified_payload(pushed)
        except InvalidBadge as error:
            self.reader.sheet("signature").complain(*error.complaints)
            return None
        sheet = self.reader.sheet("assertion")
        assertion = self.reader.read(sheet, payload)
        if assertion is None:
            return None
        self._check_assertion(sheet, assertion, "signed")
        key_at = verify_of(assertion).get("url")
        key = self.reader.sheet("key", str(key_at or ""))
        pem, badge_class = await together(self._key(key), self._badge_class(assertion))
        if pem is not None:
            try:
                signature.verify(pushed, pem)
            except InvalidBadge as error:
                key.complain(*error.complaints)
        issuer = await self._links(assertion, badge_class)
        if badge_class is None or issuer is None:
            return None
        await self._check_revocation(assertion, issuer)
        return Documents(assertion, badge_class, issuer, key_at=(str(key_at),))

    async def _flat(self, sheet: Sheet, assertion: Document) -> Documents | None:
        """Open Badges 0.5: everything but the image is in the assertion."""
        self.reader.check(sheet, assertion, members.ASSERTION_05)
        self._check_expiry(sheet, assertion)
        badge_class = assertion["badge"]
        issuer, image = badge_class.get("issuer"), badge_class.get("image")
        origin = issuer.get("origin") if isinstance(issuer, dict) else None
        if not members.is_origin(origin) or not members.is_url_or_path(image):
            return None
        await self._image("badge image", origin_of(origin) + image if image[0] == "/" else image)
        return Documents(assertion, badge_class, issuer, hosted_at=(sheet.url,))

    def _check_assertion(self, sheet: Sheet, assertion: Document, kind: str) -> None:
        self.reader.check(sheet, assertion, members.ASSERTION)
        recipient = assertion.get("recipient")
        if isinstance(recipient, dict) and recipient.get("hashed") is True:
            identity = recipient.get("identity")
            if isinstance(identity, str) and not is_well_hashed(identity):
                where = ("assertion", "recipient.identity")
                sheet.complain(Complaint(*where, HASH_EXPECTED, quoted(identity)))
        stated = verify_of(assertion).get("type")
        if kind and stated in ("hosted", "signed") and not is_of_kind(assertion, kind):
            wrong = Complaint("assertion", "verify.type", quoted(kind), quoted(stated))
            sheet.complain(wrong)
        self._check_expiry(sheet, assertion)

    def _check_expiry(self, sheet: Sheet, assertion: Document) -> None:
        expires = assertion.get("expires")
        if expires is None or not members.is_time(expires):
            return
        if is_over(expires, self.clock.now()):
            expected = "a time to come"
            sheet.complain(Complaint("assertion", "expires", expected, quoted(expires)))

    async def _links(self, assertion: Document, badge_class: Document | None) -> Document | None:
        """The issuer of a 1.0 assertion, and the images."""
        linked = badge_class or {}
        images = [self._image("badge class image", linked.get("image"))]
        if assertion.get("image") is not None:
            images.append(self._image("assertion image", assertion["image"]))
        issuer: Document | None
        fetching = self._json("issuer", linked.get("issuer"), members.ISSUER)
        issuer, *_ = await together(fetching, *images)
        return issuer

    async def _badge_class(self, assertion: Document) -> Document | None:
        return await self._json("badge class", assertion.get("badge"), members.BADGE_CLASS)

    async def _json(self, name: str, url: Any, table: Mapping[str, Member]) -> Document | None:
        if not self.reader.can_follow(url):
            return None
        sheet = self.reader.sheet(name, url)
        value = await self.reader.json(sheet)
        if value is not None:
            self.reader.check(sheet, value, table)
        return value

    async def _copy(self, copy_at: Any, url: str, assertion: Document) -> None:
        if not self.reader.can_follow(copy_at):
            return
        sheet = self.reader.sheet(COPY, copy_at)
        copy = await self.reader.json(sheet)
        if copy is not None and not is_same_assertion(copy, assertion):
            expected = f"the same assertion as at {url}"
            sheet.complain(Complaint("assertion", "verify.url", expected, quoted(copy_at)))

    async def _key(self, sheet: Sheet) -> bytes | None:
        return await self.reader.key(sheet) if self.reader.can_follow(sheet.url) else None

    async def _image(self, name: str, url: Any) -> None:
        if not self.reader.can_follow(url, members.is_image):
            return
        sheet = self.reader.sheet(name, url)
        image = await self.reader.image(sheet)
        if image is None:
            return
        if is_badge_image(image.content):
            self.reader.label(sheet, image)
        else:
            sheet.complain(Complaint(name, "", "a PNG or an SVG", looks_like(image.content)))

    async def _check_revocation(self, assertion: Document, issuer: Document) -> None:
        url = issuer.get("revocationList")
        if url is None or not self.reader.can_follow(url):
            return
        sheet = self.reader.sheet("revocation list", url)
        revoked = await self.reader.json(sheet)
        if revoked is not None and (reason := is_revoked(revoked, ids_of(assertion))):
            uid = str(assertion.get("uid"))
            sheet.complain(Complaint("revocation list", uid, "no entry", quoted(reason)))


def verify_of(assertion: Mapping[str, Any]) -> Mapping[str, Any]:
    """The member ``verify``, empty when it is no object."""
    verify = assertion.get("verify")
    return verify if isinstance(verify, dict) else {}


@seam
def is_well_hashed(identity: str) -> bool:
    """Whether an identity that is said to be hashed is a hash."""
    return is_hash(identity)


@seam
def is_of_kind(assertion: Document, kind: str) -> bool:
    """Whether an assertion says that it is of the kind that was pushed."""
    return bool(assertion["verify"]["type"] == kind)


@seam
def is_over(expires: Any, now: float) -> bool:
    """Whether a badge has expired; ``now`` in unix seconds."""
    return unix_seconds(expires) <= now


@seam
def is_same_assertion(copy: Document, assertion: Document) -> bool:
    """Whether the document at ``verify.url`` is the one that was pushed."""
    return copy == assertion


def ids_of(assertion: Mapping[str, Any]) -> set[str]:
    """The ids by which a revocation list can name a badge."""
    ids = (assertion.get("uid"), assertion.get("id"))
    return {id_ for id_ in ids if isinstance(id_, str)}


@seam
def is_revoked(revoked: Mapping[str, Any], ids: set[Any]) -> str:
    """Why an issuer has revoked one of these ids, ``""`` when it has not."""
    reasons = [str(revoked[id_]) or "no reason" for id_ in ids if id_ in revoked]
    return reasons[0] if reasons else ""


async def together(first: Awaitable[Any], *others: Coroutine[Any, Any, Any]) -> list[Any]:
    """Wait for independent jobs; of several failures the first in the order of the arguments."""
    tasks = [asyncio.create_task(other, name="document") for other in others]
    try:
        results = [await first]
        for task in tasks:
            results.append(await task)  # noqa: PERF401 - a comprehension that waits is a coroutine more
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    return results
