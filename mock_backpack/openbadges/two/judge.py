"""Judge a pushed Open Badges 2.0 assertion: fetch its documents once, and see that all is right."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from mock_backpack.core.clock import Clock
from mock_backpack.core.origin import origin_of
from mock_backpack.core.seams import seam
from mock_backpack.openbadges import members as usual
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, invalid, quoted
from mock_backpack.openbadges.fetch import Fetcher, json_object
from mock_backpack.openbadges.images import is_badge_image, looks_like
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.recipient import Recipient
from mock_backpack.openbadges.signature import looks_signed, unverified_payload, verify
from mock_backpack.openbadges.times import moment_of
from mock_backpack.openbadges.two.members import (
    ASSERTION,
    BADGE_CLASS,
    HASHED_IDENTITY,
    HOSTED,
    KEY,
    PROFILE,
    SIGNED,
    VERIFICATION,
    listed,
    texts,
    verification_of,
)

Document = dict[str, Any]


@frozen
class Verified:
    """A valid badge."""

    assertion: Document
    """As the issuer hosts it, or as it was signed."""
    recipient: Recipient
    signed: str = ""
    """The JWS, when it is signed."""

    @property
    def id(self) -> str:
        """The id of the assertion."""
        return str(self.assertion["id"])


@frozen
class Judge:
    """Judges pushed assertions with one fetcher and one clock."""

    fetcher: Fetcher
    clock: Clock

    async def hosted(self, posted: Document) -> Verified:
        """Judge an assertion that was pushed as an object: the document at its id counts.

        Raises:
            InvalidBadge: with everything that is wrong in the first wrong document.
        """
        url = posted.get("id")
        if not usual.is_url(url):
            saw = quoted(url) if "id" in posted else "no such member"
            raise invalid("assertion", "id", usual.URL.expected, saw)
        assertion = await self._published(str(url), posted)
        check_assertion(assertion, HOSTED, self.clock.now())
        if assertion["id"] != url:
            raise invalid("assertion", "id", quoted(url), quoted(assertion["id"]))
        badge_class, issuer = await self._linked(assertion)
        check_place(str(url), "assertion", issuer)
        check_place(badge_class["id"], "badge class", issuer)
        return Verified(assertion, recipient_of(assertion))

    async def signed(self, jws: str) -> Verified:
        """Judge an assertion that was pushed as a compact JWS.

        Raises:
            InvalidBadge: likewise.
        """
        if not looks_signed(jws):
            raise invalid("signature", "", "a compact JWS", quoted(jws))
        assertion = json_object("assertion", unverified_payload(jws))
        check_assertion(assertion, SIGNED, self.clock.now())
        badge_class, issuer = await self._linked(assertion)
        verify(jws, await self._key(assertion, issuer))
        await self._check_revocation(assertion, issuer)
        check_place(badge_class["id"], "badge class", issuer)
        return Verified(assertion, recipient_of(assertion), jws)

    async def _published(self, url: str, posted: Document) -> Document:
        return what_counts(await self.fetcher.json_object("assertion", url), posted)

    async def _linked(self, assertion: Document) -> tuple[Document, Document]:
        badge_class = await self._document("badge class", assertion["badge"], BADGE_CLASS)
        await self._check_image("badge class image", badge_class["image"])
        if assertion.get("image") is not None:
            await self._check_image("assertion image", assertion["image"])
        return badge_class, await self._document("issuer", badge_class["issuer"], PROFILE)

    async def _document(self, name: str, link: Any, table: Mapping[str, Member]) -> Document:
        """A linked document; of an embedded one the document at its id counts."""
        url = link.get("id") if isinstance(link, dict) else link
        if not usual.is_url(url):
            saw = quoted(url) if url is not None else "no such member"
            raise invalid(name, "id", usual.URL.expected, saw)
        document = await self.fetcher.json_object(name, str(url))
        check(name, document, table)
        if document["id"] != url:
            raise invalid(name, "id", quoted(url), quoted(document["id"]))
        return document

    async def _check_image(self, name: str, image: Any) -> None:
        url = image["id"] if isinstance(image, dict) else image
        fetched = await self.fetcher.image(name, url)
        if not is_badge_image(fetched.content):
            raise invalid(name, "", "a PNG or an SVG", looks_like(fetched.content))

    async def _key(self, assertion: Document, issuer: Document) -> bytes:
        """The key that signed it: one that the issuer links to, and that names its owner."""
        linked = list(texts(issuer.get("publicKey")))
        named = verification_of(assertion).get("creator")
        url = named if named is not None else next(iter(linked), None)
        if not usual.is_url(url):
            raise invalid("issuer", "publicKey", "the URL of a key", quoted(url))
        check_linked_key(str(url), linked)
        key = await self.fetcher.json_object("key", str(url))
        check("key", key, KEY)
        check_owner(key, issuer)
        return str(key["publicKeyPem"]).encode()

    async def _check_revocation(self, assertion: Document, issuer: Document) -> None:
        url = issuer.get("revocationList")
        if url is None:
            return
        revocations = await self.fetcher.json_object("revocation list", str(url))
        if reason := reason_of(revocations, assertion):
            raise invalid("revocation list", str(assertion["id"]), "no entry", quoted(reason))


@seam
def what_counts(hosted: Document, _posted: Document) -> Document:
    """Which copy of a hosted assertion is judged and kept: the one that its issuer hosts."""
    return hosted


@seam
def check(name: str, document: Document, table: Mapping[str, Member]) -> None:
    """Check a document's own members.

    Raises:
        InvalidBadge: with one complaint for each member that is wrong.
    """
    if complaints := usual.complaints(name, document, table):
        raise InvalidBadge(tuple(complaints))


def check_assertion(assertion: Document, kinds: tuple[str, ...], now: float) -> None:
    """Check an assertion by itself; ``now`` in unix seconds.

    Raises:
        InvalidBadge: when it is wrong, revoked, expired, or of the other kind.
    """
    check_revoked(assertion)
    check("assertion", assertion, ASSERTION)
    verification = verification_of(assertion)
    complaints = usual.complaints("assertion", verification, VERIFICATION, "verification.")
    recipient = assertion["recipient"]
    if recipient["hashed"] and not usual.is_hash(recipient["identity"]):
        expected = HASHED_IDENTITY.expected
        seen = quoted(recipient["identity"])
        complaints.append(Complaint("assertion", "recipient.identity", expected, seen))
    if complaints:
        raise InvalidBadge(tuple(complaints))
    check_kind(verification, kinds)
    check_expiry(assertion, now)


@seam
def check_revoked(assertion: Document) -> None:
    """A hosted document may say that its badge was revoked.

    Raises:
        InvalidBadge: when it does.
    """
    if assertion.get("revoked") is True:
        raise invalid("assertion", "revoked", "no such member", "true: its issuer has revoked it")


@seam
def check_kind(verification: Mapping[str, Any], kinds: tuple[str, ...]) -> None:
    """An assertion is verified in the way that it names.

    Raises:
        InvalidBadge: when it was pushed in the other way.
    """
    if not any(kind in kinds for kind in texts(verification["type"])):
        expected, saw = quoted(kinds[0]), quoted(verification["type"])
        raise invalid("assertion", "verification.type", expected, saw)


def check_expiry(assertion: Document, now: float) -> None:
    """A badge may have an end.

    Raises:
        InvalidBadge: when it has passed.
    """
    expires = assertion.get("expires")
    if expires is not None and moment_of(expires).timestamp() <= now:
        raise invalid("assertion", "expires", "a time to come", quoted(expires))


@seam
def check_place(url: str, document: str, issuer: Document) -> None:
    """A document is on its issuer's origin, or where the issuer says.

    Source: Open Badges 2.0, section Hosted Verification.

    Raises:
        InvalidBadge: when it is elsewhere.
    """
    rules = issuer.get("verification")
    rules = rules if isinstance(rules, dict) else {}
    starts = list(texts(rules.get("startsWith")))
    hosts = list(texts(rules.get("allowedOrigins")))
    if starts or hosts:
        host = origin_of(url).partition("://")[2]
        is_right = any(map(url.startswith, starts)) or host in hosts or origin_of(url) in hosts
    else:
        is_right = origin_of(url) == origin_of(issuer["id"])
    if not is_right:
        raise invalid(document, "id", f"a URL that {issuer['id']} allows", quoted(url))


@seam
def check_linked_key(url: str, linked: list[str]) -> None:
    """The issuer's profile links to the key.

    Raises:
        InvalidBadge: when it does not.
    """
    if url not in linked:
        raise invalid("issuer", "publicKey", quoted(url), quoted(linked))


@seam
def check_owner(key: Document, issuer: Document) -> None:
    """The key names the issuer as its owner.

    Raises:
        InvalidBadge: when it names another one.
    """
    if key["owner"] != issuer["id"]:
        raise invalid("key", "owner", quoted(issuer["id"]), quoted(key["owner"]))


@seam
def reason_of(revocations: Document, assertion: Document) -> str:
    """Why a revocation list names an assertion, by its id or its uid; ``""`` if it does not."""
    ids = {assertion.get("id"), assertion.get("uid")} - {None}
    for entry in listed(revocations.get("revokedAssertions")):
        if isinstance(entry, str) and entry in ids:
            return "no reason"
        if isinstance(entry, dict) and {entry.get("id"), entry.get("uid")} & ids:
            return str(entry.get("revocationReason") or "no reason")
    return ""


def recipient_of(assertion: Document) -> Recipient:
    """Whose badge it is."""
    recipient = assertion["recipient"]
    return Recipient(recipient["identity"], recipient["hashed"], recipient.get("salt"))
