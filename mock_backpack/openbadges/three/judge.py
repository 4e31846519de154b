"""Judge a pushed credential: its members, times, linked data, signature, key and status."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, TypeAlias

from attrs import evolve, frozen

from mock_backpack.core.clock import Clock
from mock_backpack.core.seams import seam
from mock_backpack.openbadges import members as usual
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, invalid, quoted
from mock_backpack.openbadges.fetch import Fetcher, json_object
from mock_backpack.openbadges.members import Member, is_hash
from mock_backpack.openbadges.three.contexts import BADGES
from mock_backpack.openbadges.three.graph import statements
from mock_backpack.openbadges.three.jwt import (
    Token,
    Tokens,
    check_claims,
    check_style,
    read_token,
)
from mock_backpack.openbadges.three.keys import Keys
from mock_backpack.openbadges.three.members import (
    ACHIEVEMENT,
    CREDENTIAL,
    IDENTIFIER,
    SUBJECT,
    dates_of,
    issuer_of,
    listed,
    single,
)
from mock_backpack.openbadges.three.proofs import Proofs
from mock_backpack.openbadges.three.recipient import Identifier, emails_of
from mock_backpack.openbadges.three.schema import Schemas
from mock_backpack.openbadges.three.status import Status, check_listing
from mock_backpack.openbadges.times import moment_of

Document = dict[str, Any]
PASSED, TO_COME = "a time that has passed", "a time to come"
SUBJECT_AT, ACHIEVEMENT_AT = "credentialSubject.", "credentialSubject.achievement."
SUBJECT_IS, ACHIEVEMENT_IS = SUBJECT_AT.rstrip("."), ACHIEVEMENT_AT.rstrip(".")
Check: TypeAlias = Callable[[], Awaitable[None]]


@frozen
class Step:
    """One step of judging a credential."""

    part: str
    """What it judges, in words."""
    check: Check
    """Raises `InvalidBadge`."""
    needs: tuple[str, ...] = ()
    """The members that must be right before."""


@frozen
class Verified:
    """A valid credential."""

    credential: Document
    """As it was pushed; of a token its payload."""
    emails: tuple[Identifier, ...]
    """By which its subject is known; empty when by something else."""
    signed: str = ""
    """The token, when it is one."""

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.credential["id"])

    @property
    def issuer(self) -> str:
        """The id of its issuer."""
        return issuer_of(self.credential)

    @property
    def begins_at(self) -> float:
        """Unix seconds from which it is valid; the newer of two has the later ones."""
        begins, _ = dates_of(self.credential)
        return moment_of(str(self.credential[begins]).upper()).timestamp()


@frozen
class Judge:
    """Judges pushed credentials with one fetcher and one clock."""

    fetcher: Fetcher
    clock: Clock
    unasked: str = BADGES
    """Where the JSON Schemas are that are not fetched: what they say is in the tables here."""

    async def embedded(self, credential: Document) -> Verified:
        """Judge a credential with embedded proofs.

        Raises:
            InvalidBadge: with everything that is wrong in the first wrong part.
        """
        for step in self.steps(credential):
            await step.check()
        return Verified(credential, emails_in(credential))

    async def compact(self, text: str) -> Verified:
        """Judge a credential that is a compact JWS.

        Raises:
            InvalidBadge: likewise.
        """
        token = read_token(text)
        check_style(token)
        for step in self.steps(token.credential, token):
            await step.check()
        return Verified(dict(token.payload), emails_in(token.credential), text)

    def steps(self, credential: Document, token: Token | None = None) -> Iterator[Step]:
        """How a credential is judged, in the order of the steps; of a token, with it."""
        now = self.clock.now()
        yield from member_steps(credential)
        yield Step("times", _soon(check_validity, credential, now, "credential"), times(credential))
        issuer = ("@context", "issuer")
        if token is None:
            yield Step(
                "proof",
                lambda: verified_proofs(self.proofs, credential, issuer_of(credential), now),
                issuer,
            )
        else:
            claims = _soon(check_claims, token, credential)
            yield Step("claims", claims, ("id", "issuer", SUBJECT_IS, *times(credential)))
            yield Step(
                "signature",
                lambda: verified_token(self._tokens, token, issuer_of(credential), now),
                issuer,
            )
            yield Step("terms", _soon(check_meaning, credential), issuer)
        yield Step("status", lambda: self._status.check(credential), ("id", "issuer"))
        yield Step("schema", lambda: Schemas(self.fetcher, self.unasked).check(credential))

    @property
    def proofs(self) -> Proofs:
        """Verifies embedded proofs."""
        return Proofs(Keys(self.fetcher))

    @property
    def _tokens(self) -> Tokens:
        return Tokens(Keys(self.fetcher))

    @property
    def _status(self) -> Status:
        return Status(self.fetcher, self._listing)

    async def _listing(self, content: bytes) -> Document:
        """A status list, whose signature and times must be right as those of a badge."""
        try:
            return await self._verified_listing(content)
        except InvalidBadge as error:
            raise type(error)(tuple(map(_of_listing, error.complaints))) from error

    async def _verified_listing(self, content: bytes) -> Document:
        now = self.clock.now()
        text = content.strip()
        token = None
        if text.startswith(b"{"):
            listing = json_object("status list", text)
        else:
            token = read_token(text.decode("ascii", errors="replace"))
            listing = token.credential
        check_listing(listing)
        check_validity(listing, now, "status list")
        if token is None:
            await self.proofs.verify(listing, issuer_of(listing), now)
        else:
            await self._tokens.verify(token, issuer_of(listing), now)
        return listing


@seam
async def verified_proofs(proofs: Proofs, credential: Document, issuer: str, now: float) -> None:
    """Verify the proofs of a credential.

    Raises:
        InvalidBadge: when none verifies.
    """
    await proofs.verify(credential, issuer, now)


@seam
async def verified_token(tokens: Tokens, token: Token, issuer: str, now: float) -> None:
    """Verify the signature of a token.

    Raises:
        InvalidBadge: when it is wrong.
    """
    await tokens.verify(token, issuer, now)


def check_meaning(credential: Mapping[str, Any]) -> None:
    """All terms and types of a token have a meaning, as those of a document with proofs must.

    Raises:
        InvalidBadge: when one has none.
    """
    statements({name: value for name, value in credential.items() if name != "proof"})


def member_steps(credential: Document) -> Iterator[Step]:
    """The members of a credential by itself."""
    table = {**CREDENTIAL, **dates_of(credential)}
    whole = with_single(credential, SUBJECT_IS)
    yield Step("members", _soon(check, "credential", whole, table, ""))

    async def subject() -> None:
        found = with_single(subject_of(credential), "achievement")
        check("credential", found, SUBJECT, SUBJECT_AT)

    async def achievement() -> None:
        found = with_single(achievement_of(subject_of(credential)), "criteria")
        check("credential", found, ACHIEVEMENT, ACHIEVEMENT_AT)

    async def identifiers() -> None:
        identifiers_of(subject_of(credential))

    yield Step("subject", subject, (SUBJECT_IS,))
    yield Step("achievement", achievement, (SUBJECT_IS, ACHIEVEMENT_IS))
    yield Step("identifiers", identifiers, (SUBJECT_IS,))


def _soon(check_: Callable[..., None], *args: Any) -> Check:
    """A check that needs no waiting, as one that may wait."""

    async def check() -> None:
        check_(*args)

    return check


def _of_listing(complaint: Complaint) -> Complaint:
    """A complaint about a part of a status list, and not of the credential."""
    listing = "status list"
    is_whole = complaint.document in (listing, "credential")
    return evolve(
        complaint, document=listing if is_whole else f"{complaint.document} of the {listing}"
    )


def with_single(document: Document, member: str) -> Document:
    """A document in which an array of one value stands as that value."""
    return {**document, member: single(document[member])} if member in document else document


def subject_of(credential: Mapping[str, Any]) -> Any:
    """The one subject of a credential."""
    return single(credential.get(SUBJECT_IS))


def achievement_of(subject: Mapping[str, Any]) -> Any:
    """The one achievement of a subject."""
    return single(subject.get("achievement"))


def times(credential: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the members from when and until when a credential is valid."""
    return tuple(dates_of(credential))


def emails_in(credential: Document) -> tuple[Identifier, ...]:
    """The e-mail addresses of the subject of a credential whose members are right."""
    subject = subject_of(credential)
    return emails_of(subject, listed(subject.get("identifier")))


@seam
def check(name: str, document: Document, table: Mapping[str, Member], place: str) -> None:
    """Check the members of a part.

    Raises:
        InvalidBadge: with one complaint for each member that is wrong.
    """
    if complaints := usual.complaints(name, document, table, place):
        raise InvalidBadge(tuple(complaints))


@seam
def identifiers_of(subject: Document) -> list[Document]:
    """The identifiers of a subject; one without an id needs some.

    Raises:
        InvalidBadge: when it has neither, or one is wrong.
    """
    entries = listed(subject.get("identifier"))
    if not entries and subject.get("id") is None:
        place = f"{SUBJECT_AT}identifier"
        raise invalid("credential", place, "an identifier or an id of the subject", "neither")
    for number, entry in enumerate(entries):
        place = f"{SUBJECT_AT}identifier[{number}]"
        if not isinstance(entry, dict):
            raise invalid("credential", place, "an object", quoted(entry))
        check("credential", entry, IDENTIFIER, f"{place}.")
        if entry["hashed"] and not is_hash(entry["identityHash"]):
            expected = usual.HASH_EXPECTED
            complaint = Complaint(
                "credential", f"{place}.identityHash", expected, quoted(entry["identityHash"])
            )
            raise InvalidBadge((complaint,))
    return entries


def check_validity(credential: Mapping[str, Any], now: float, name: str) -> None:
    """The time of a credential has come, and is not over.

    Raises:
        InvalidBadge: otherwise.
    """
    begins, ends = dates_of(credential)
    for member, is_right, expected in (
        (begins, has_begun, PASSED),
        (ends, is_alive, TO_COME),
    ):
        value = credential.get(member)
        if value is None:
            continue
        try:
            moment = moment_of(str(value).upper()).timestamp()
        except (ValueError, OverflowError) as error:
            raise invalid(name, member, "a time with a zone", quoted(value)) from error
        if not is_right(moment, now):
            raise invalid(name, member, expected, quoted(value))


@seam
def has_begun(moment: float, now: float) -> bool:
    """Whether a credential is valid already."""
    return moment <= now


@seam
def is_alive(moment: float, now: float) -> bool:
    """Whether a credential is still valid."""
    return now < moment
