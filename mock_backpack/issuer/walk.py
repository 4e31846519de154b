"""The walk from an assertion along its links, for all that is wrong with any of them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from attrs import define, evolve, field

from mock_backpack.core.origin import origin_of, web_url
from mock_backpack.issuer.looks import Document, Look
from mock_backpack.issuer.visits import Sheet, Visits
from mock_backpack.openbadges import members, signature
from mock_backpack.openbadges.award import ids_of, is_revoked
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, quoted
from mock_backpack.openbadges.members import HASH_EXPECTED, Member, is_hash
from mock_backpack.openbadges.pushed import flaw_of
from mock_backpack.openbadges.times import unix_seconds
from mock_backpack.openbadges.versions import faults, is_flat

BADGE = "an absolute http(s) URL or a compact JWS"


@define
class Walk:
    """From the assertion along its links; nothing that is wrong ends it where one can go on."""

    visits: Visits
    looks: list[Look] = field(factory=list)

    def add(self, sheet: Sheet) -> None:
        """Remember a look."""
        self.looks.append(sheet.look)

    async def pushed(self, pushed: str) -> None:
        """A URL or a JWS."""
        if signature.looks_signed(pushed):
            await self.signed(pushed)
        elif web_url(pushed) is not None:
            sheet = Sheet("assertion", pushed)
            assertion = await self.visits.assertion(sheet)
            if assertion is None:
                self.add(sheet)
            else:
                await self.assertion(sheet, assertion)
        else:
            sheet = Sheet("badge", "")
            why = flaw_of(pushed)
            sheet.complain(BADGE, f"{quoted(pushed)}: {why}" if why else quoted(pushed))
            self.add(sheet)

    async def signed(self, pushed: str) -> None:
        """An assertion in a JWS."""
        sheet = Sheet("assertion", "")
        try:
            payload = signature.unverified_payload(pushed)
        except InvalidBadge as error:
            sheet = Sheet("signature", "", complaints=list(error.complaints))
            self.add(sheet)
            return
        assertion = self.visits.read(sheet, payload)
        if assertion is None:
            self.add(sheet)
            return
        issuer = await self.assertion(sheet, assertion)
        await self._key(pushed, assertion)
        if issuer is not None:
            await self._revocations(assertion, issuer)

    async def assertion(self, sheet: Sheet, assertion: Document) -> Document | None:
        """What an assertion says, and what it links to; its issuer, if one gets so far.

        The sheet has no URL for a signed one.
        """
        sheet.value = assertion
        if is_flat(assertion):
            await self._flat(sheet, assertion)
            return None
        sheet.table = members.ASSERTION
        _check(sheet)
        self._check_recipient(sheet, assertion)
        self._check_expiry(sheet, assertion)
        if sheet.url:
            _check_kind(sheet, assertion, "hosted")
        self.add(sheet)
        if sheet.url:
            await self._copy(assertion, sheet.url)
        await self._image("assertion image", assertion.get("image"))
        badge_class = await self._linked("badge class", assertion.get("badge"), members.BADGE_CLASS)
        if badge_class is None:
            return None
        await self._image("badge class image", badge_class.get("image"))
        issuer = await self._linked("issuer", badge_class.get("issuer"), members.ISSUER)
        self._check_origin(sheet.url)
        return issuer

    def _check_recipient(self, sheet: Sheet, assertion: Document) -> None:
        recipient = assertion.get("recipient")
        if isinstance(recipient, dict) and recipient.get("hashed") is True:
            identity = recipient.get("identity")
            if isinstance(identity, str) and not is_hash(identity):
                sheet.complain(HASH_EXPECTED, quoted(identity), "recipient.identity")

    def _check_expiry(self, sheet: Sheet, assertion: Document) -> None:
        expires = assertion.get("expires")
        if members.is_time(expires) and unix_seconds(expires) <= self.visits.now:  # type: ignore[arg-type]
            sheet.complain("a time to come", quoted(expires), "expires")

    async def _flat(self, sheet: Sheet, assertion: Document) -> None:
        sheet.table = members.ASSERTION_05
        _check(sheet)
        self._check_expiry(sheet, assertion)
        issuer = assertion["badge"].get("issuer")
        origin = issuer.get("origin") if isinstance(issuer, dict) else None
        is_origin = isinstance(origin, str) and members.is_origin(origin)
        if sheet.url and is_origin and origin_of(str(origin)) != origin_of(sheet.url):
            sheet.complain(quoted(origin_of(sheet.url)), quoted(origin), "badge.issuer.origin")
        self.add(sheet)
        image = assertion["badge"].get("image")
        if is_origin and members.is_url_or_path(image):
            at = origin_of(str(origin)) + image if image.startswith("/") else image
            await self._image("badge image", at)

    async def _copy(self, assertion: Document, url: str) -> None:
        at = _verify(assertion).get("url")
        if at == url or web_url(at) is None:
            return
        sheet = Sheet("assertion at verify.url", str(at))
        value = await self.visits.json(sheet)
        if value is not None and value != assertion:
            expected = f"the same assertion as at {url}"
            sheet.complaints.append(Complaint("assertion", "verify.url", expected, quoted(at)))
        self.add(sheet)

    async def _linked(self, name: str, url: Any, table: Mapping[str, Member]) -> Document | None:
        if web_url(url) is None:
            return None  # the document that links here has been blamed
        sheet = Sheet(name, url, table=table)
        value = await self.visits.json(sheet)
        if value is not None:
            _check(sheet)
        self.add(sheet)
        return value

    async def _image(self, name: str, url: Any) -> None:
        if members.is_image(url):
            sheet = Sheet(name, url)
            await self.visits.image(sheet)
            self.add(sheet)

    async def _key(self, pushed: str, assertion: Document) -> None:
        at = _verify(assertion).get("url")
        sheet = Sheet("key", at if isinstance(at, str) else "")
        _check_kind(sheet, assertion, "signed")
        if web_url(at) is not None:
            await self.visits.within(sheet, partial(signature.verify, pushed))
        self.add(sheet)

    async def _revocations(self, assertion: Document, issuer: Document) -> None:
        at = issuer.get("revocationList")
        if web_url(at) is None:
            return
        sheet = Sheet("revocation list", str(at))
        revoked = await self.visits.json(sheet)
        if revoked is not None and (why := is_revoked(revoked, ids_of(assertion))):
            sheet.complain("no entry", quoted(why), str(assertion.get("uid")))
        self.add(sheet)

    def _check_origin(self, url: str) -> None:
        """The issuer must be the site that serves the assertion."""
        last = self.looks[-1]
        claimed = last.value.get("url") if last.document == "issuer" and last.value else None
        if not url or web_url(claimed) is None or origin_of(str(claimed)) == origin_of(url):
            return
        expected = f"a URL of the site that serves the assertion, {origin_of(url)}"
        wrong = Complaint("issuer", "url", expected, quoted(claimed))
        self.looks[-1] = evolve(last, complaints=(*last.complaints, wrong))


def _verify(assertion: Document) -> Mapping[str, Any]:
    verify = assertion.get("verify")
    return verify if isinstance(verify, dict) else {}


def _check(sheet: Sheet) -> None:
    """The members that a document must have."""
    value = sheet.value or {}
    sheet.complaints += faults(sheet.document, value, sheet.table)
    if value.get("revoked") is True and not any(
        complaint.member == "revoked" for complaint in sheet.complaints
    ):
        sheet.notes.append("it says that it is revoked, which Backpack Connect does not know")


def _check_kind(sheet: Sheet, assertion: Document, kind: str) -> None:
    stated = _verify(assertion).get("type")
    if stated in ("hosted", "signed") and stated != kind:
        wrong = Complaint("assertion", "verify.type", quoted(kind), quoted(stated))
        sheet.complaints.append(wrong)
