"""Judge a pushed credential: its members, times, linked data, signature, key and status."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from mock_backpack.core.clock import Clock
from mock_backpack.core.seams import seam
from mock_backpack.openbadges import members as usual
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, invalid, quoted
from mock_backpack.openbadges.fetch import Fetcher, json_object
from mock_backpack.openbadges.members import Member, is_hash
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
    one,
)
from mock_backpack.openbadges.three.proofs import Proofs
from mock_backpack.openbadges.three.recipient import Identifier, emails_of
from mock_backpack.openbadges.three.status import Status, check_listing
from mock_backpack.openbadges.times import moment_of

Document = dict[str, Any]
PASSED, TO_COME = "a time that has passed", "a time to come"
SUBJECT_AT, ACHIEVEMENT_AT = "credentialSubject.", "credentialSubject.achievement."


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

    async def embedded(self, credential: Document) -> Verified:
        """Judge a credential with embedded proofs.

        Raises:
            InvalidBadge: with everything that is wrong in the first wrong part.
        """
        now = self.clock.now()
        emails = check_credential(credential, now)
        await verified_proofs(self._proofs, credential, issuer_of(credential), now)
        await self._status.check(credential)
        return Verified(credential, emails)

    async def compact(self, text: str) -> Verified:
        """Judge a credential that is a compact JWS.

        Raises:
            InvalidBadge: likewise.
        """
        now = self.clock.now()
        token = read_token(text)
        check_style(token)
        credential = token.credential
        emails = check_credential(credential, now)
        check_claims(token, credential)
        await verified_token(self._tokens, token, issuer_of(credential), now)
        check_meaning(credential)
        await self._status.check(credential)
        return Verified(dict(token.payload), emails, text)

    @property
    def _proofs(self) -> Proofs:
        return Proofs(Keys(self.fetcher))

    @property
    def _tokens(self) -> Tokens:
        return Tokens(Keys(self.fetcher))

    @property
    def _status(self) -> Status:
        return Status(self.fetcher, self._listing)

    async def _listing(self, content: bytes) -> Document:
        """A status list, whose signature and times must be right as those of a badge."""
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
            await self._proofs.verify(listing, issuer_of(listing), now)
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


@seam
def check_meaning(credential: Mapping[str, Any]) -> None:
    """All terms and types of a token have a meaning, as those of a document with proofs must.

    Raises:
        InvalidBadge: when one has none.
    """
    statements({name: value for name, value in credential.items() if name != "proof"})


def check_credential(credential: Document, now: float) -> tuple[Identifier, ...]:
    """Check a credential by itself, and give the e-mail addresses of its subject.

    Raises:
        InvalidBadge: when a member is wrong, or its time has not come or is over.
    """
    subject = one(credential.get("credentialSubject"))
    plain = {**credential, "credentialSubject": subject}
    check("credential", plain, {**CREDENTIAL, **dates_of(credential)}, "")
    achievement = one(subject.get("achievement"))
    check("credential", {**subject, "achievement": achievement}, SUBJECT, SUBJECT_AT)
    criteria = one(achievement.get("criteria"))
    check("credential", {**achievement, "criteria": criteria}, ACHIEVEMENT, ACHIEVEMENT_AT)
    identifiers = identifiers_of(subject)
    check_validity(credential, now, "credential")
    return emails_of(subject, identifiers)


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
