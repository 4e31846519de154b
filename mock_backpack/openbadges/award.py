"""From what an issuer pushed to a judged award: fetch every document, check every member."""

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping
from typing import Any

from attrs import define, field, frozen

from mock_backpack.core.clock import Clock
from mock_backpack.core.origin import origin_of, web_url
from mock_backpack.core.seams import seam
from mock_backpack.openbadges import members, signature
from mock_backpack.openbadges.complaint import InvalidBadge, invalid, quoted
from mock_backpack.openbadges.fetch import Fetched, Fetcher, json_object
from mock_backpack.openbadges.images import is_badge_image, looks_like
from mock_backpack.openbadges.members import HASH_EXPECTED, Member, is_hash
from mock_backpack.openbadges.pushed import flaw_of
from mock_backpack.openbadges.recipient import Recipient
from mock_backpack.openbadges.times import unix_seconds
from mock_backpack.openbadges.versions import faults, is_flat

Document = dict[str, Any]
COPY = "assertion at verify.url"


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
    """What makes it one badge: issuer origin and uid, or for 0.5 ``""`` and its URL."""
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

    async def award(self, pushed: str) -> Award:
        """Judge an assertion URL or a JWS.

        Raises:
            InvalidBadge: with everything that was found wrong in the first wrong document.
        """
        if web_url(pushed) is not None:
            return await self._hosted(pushed)
        if signature.looks_signed(pushed):
            return await self._signed(pushed)
        why = flaw_of(pushed)
        saw = f"{quoted(pushed)}: {why}" if why else quoted(pushed)
        raise invalid("badge", "", "an absolute http(s) URL or a compact JWS", saw)

    async def _hosted(self, url: str) -> Award:
        assertion = await self.fetcher.json_object("assertion", url)
        if is_flat(assertion):
            return await self._hosted_05(url, assertion)
        self._check_assertion(assertion, "hosted")
        copy_at = assertion["verify"]["url"]
        fetching = self._badge_class(assertion["badge"])
        if copy_at == url:
            badge_class = await fetching
        else:
            copying = self.fetcher.json_object(COPY, copy_at)
            badge_class, copy = await together(fetching, copying)
            if not is_same_assertion(copy, assertion):
                expected = f"the same assertion as at {url}"
                raise invalid("assertion", "verify.url", expected, quoted(copy_at))
        return await self._linked(assertion, badge_class, hosted_at=(url, copy_at))

    async def _signed(self, pushed: str) -> Award:
        assertion = json_object("assertion", signature.unverified_payload(pushed))
        self._check_assertion(assertion, "signed")
        key_at = assertion["verify"]["url"]
        pem, badge_class = await together(
            self.fetcher.good("key", key_at), self._badge_class(assertion["badge"])
        )
        signature.verify(pushed, pem)
        award = await self._linked(assertion, badge_class, key_at=(key_at,))
        await self._check_revocation(assertion, award.issuer)
        return award

    async def _linked(
        self,
        assertion: Document,
        badge_class: Document,
        hosted_at: tuple[str, ...] = (),
        key_at: tuple[str, ...] = (),
    ) -> Award:
        """What a 1.0 assertion links to, hosted or signed."""
        images = {"badge class image": badge_class["image"]}
        if assertion.get("image") is not None:
            images["assertion image"] = assertion["image"]
        issuer, *_ = await together(
            self._issuer(badge_class["issuer"]),
            *(self._check_image(name, url) for name, url in images.items()),
        )
        origin = origin_of(issuer["url"])
        recipient = assertion["recipient"]
        return Award(
            assertion=assertion,
            badge_class=badge_class,
            issuer=issuer,
            recipient=Recipient(recipient["identity"], recipient["hashed"], recipient.get("salt")),
            origin=origin,
            key=(origin, assertion["uid"]),
            verify=assertion["verify"],
            hosted_at=hosted_at,
            key_at=key_at,
            locations={"badge": assertion["badge"], "issuer": badge_class["issuer"]},
        )

    async def _hosted_05(self, url: str, assertion: Document) -> Award:
        check("assertion", assertion, members.ASSERTION_05)
        self._check_expiry(assertion)
        badge_class = assertion["badge"]
        issuer = badge_class["issuer"]
        origin = origin_of(issuer["origin"])
        image = badge_class["image"]
        await self._check_image("badge image", origin + image if image.startswith("/") else image)
        identity = assertion["recipient"]
        return Award(
            assertion=assertion,
            badge_class=badge_class,
            issuer=issuer,
            recipient=Recipient(identity, is_hash(identity), assertion.get("salt")),
            origin=origin,
            key=("", url),
            verify={"type": "hosted", "url": url},
            hosted_at=(url,),
        )

    def _check_assertion(self, assertion: Document, kind: str) -> None:
        check("assertion", assertion, members.ASSERTION)
        recipient = assertion["recipient"]
        if recipient["hashed"] and not is_well_hashed(recipient["identity"]):
            identity = quoted(recipient["identity"])
            raise invalid("assertion", "recipient.identity", HASH_EXPECTED, identity)
        if not is_of_kind(assertion, kind):
            saw = quoted(assertion["verify"]["type"])
            raise invalid("assertion", "verify.type", quoted(kind), saw)
        self._check_expiry(assertion)

    def _check_expiry(self, assertion: Document) -> None:
        expires = assertion.get("expires")
        if expires is not None and is_over(expires, self.clock.now()):
            raise invalid("assertion", "expires", "a time to come", quoted(expires))

    async def _badge_class(self, url: str) -> Document:
        badge_class = await self.fetcher.json_object("badge class", url)
        check("badge class", badge_class, members.BADGE_CLASS)
        return badge_class

    async def _issuer(self, url: str) -> Document:
        issuer = await self.fetcher.json_object("issuer", url)
        check("issuer", issuer, members.ISSUER)
        return issuer

    async def _check_image(self, name: str, url: str) -> None:
        image = await pictured(self.fetcher, name, url)
        if not is_badge_image(image.content):
            raise invalid(name, "", "a PNG or an SVG", looks_like(image.content))

    async def _check_revocation(self, assertion: Document, issuer: Document) -> None:
        if "revocationList" not in issuer:
            return
        revoked = await self.fetcher.json_object("revocation list", issuer["revocationList"])
        if reason := is_revoked(revoked, ids_of(assertion)):
            raise invalid("revocation list", assertion["uid"], "no entry", quoted(reason))


@seam
def check(document: str, value: Document, table: Mapping[str, Member]) -> None:
    """Check a document's own members.

    Raises:
        InvalidBadge: with one complaint for each member that is wrong.
    """
    if complaints := faults(document, value, table):
        raise InvalidBadge(tuple(complaints))


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
def pictured(fetcher: Fetcher, document: str, url: str) -> Awaitable[Fetched]:
    """The image at a URL, or in it."""
    return fetcher.image(document, url)


@seam
def is_same_assertion(copy: Document, assertion: Document) -> bool:
    """Whether the document at ``verify.url`` is the one that was pushed."""
    return copy == assertion


def ids_of(assertion: Mapping[str, Any]) -> set[str]:
    """What a revocation list may call a badge by."""
    named = (assertion.get("uid"), assertion.get("id"))
    return {one for one in named if isinstance(one, str)}


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
