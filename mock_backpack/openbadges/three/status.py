"""Whether an issuer has revoked a credential: 1EdTech revocation lists, Bitstring Status Lists."""

import re
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from attrs import frozen

from mock_backpack.core.origin import web_url
from mock_backpack.core.seams import seam
from mock_backpack.openbadges.complaint import InvalidBadge, invalid, quoted
from mock_backpack.openbadges.fetch import Fetcher
from mock_backpack.openbadges.three.members import is_of_type, is_uri, issuer_of, listed, single
from mock_backpack.openbadges.three.multikey import base64url

Document = dict[str, Any]
Verify: TypeAlias = Callable[[bytes], Awaitable[Document]]
"""From what was served at the URL of a credential to the credential, once it is verified."""
LIST = "1EdTechRevocationList"
BIT = "BitstringStatusListEntry"
ENDING = ("revocation", "suspension")
"""The purposes that end a credential; others only tell something of it."""
INDEX = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)
FEWEST_BITS = 131_072
"""So that nobody learns from a request which credential is looked up (section 6.1)."""
MOST_BYTES = 16 * 1024 * 1024
MOST_ENTRIES = 8


@frozen
class Status:
    """Looks up credentials with one fetcher."""

    fetcher: Fetcher
    verify: Verify

    async def check(self, credential: Mapping[str, Any]) -> None:
        """See that no list says that a credential was revoked.

        Raises:
            InvalidBadge: when one does, or a list cannot be had or understood.
        """
        entries = listed(credential.get("credentialStatus"))
        if len(entries) > MOST_ENTRIES:
            raise _wrong("", f"at most {MOST_ENTRIES} entries", str(len(entries)))
        for entry in entries:
            if not isinstance(entry, dict):
                raise _wrong("", "an object", quoted(entry))
            if is_of_type(LIST)(entry.get("type")):
                await self._check_list(entry, credential)
            elif is_of_type(BIT)(entry.get("type")):
                await self._check_bit(entry)
            else:
                raise _wrong("type", f"{quoted(LIST)} or {quoted(BIT)}", quoted(entry.get("type")))

    async def _check_list(self, entry: Mapping[str, Any], credential: Mapping[str, Any]) -> None:
        revocations = await self.fetcher.json_object("revocation list", _url(entry, "id"))
        issuer = revocations.get("issuer")
        named = issuer.get("id") if isinstance(issuer, dict) else issuer
        if named != issuer_of(credential):
            expected, saw = quoted(issuer_of(credential)), quoted(named)
            raise invalid("revocation list", "issuer", expected, saw)
        if reason := reason_of(revocations, str(credential["id"])):
            raise invalid("revocation list", str(credential["id"]), "no entry", quoted(reason))

    async def _check_bit(self, entry: Mapping[str, Any]) -> None:
        purpose = entry.get("statusPurpose")
        if not isinstance(purpose, str):
            raise _wrong("statusPurpose", "a text such as revocation", quoted(purpose))
        if purpose not in ENDING:
            return
        number = entry.get("statusListIndex")
        if not isinstance(number, str) or not INDEX.fullmatch(number):
            raise _wrong("statusListIndex", "a whole number as a text", quoted(number))
        if entry.get("statusSize", 1) != 1:
            raise _wrong("statusSize", "1", quoted(entry["statusSize"]))
        url = _url(entry, "statusListCredential")
        listing = await self.verify(await self.fetcher.good("status list", url))
        bits = bits_of(listing, purpose)
        if is_set(bits, int(number)):
            raise invalid("status list", f"bit {number}", "0", f"1: {purpose} by its issuer")


def _wrong(member: str, expected: str, saw: str) -> InvalidBadge:
    place = f"credentialStatus.{member}" if member else "credentialStatus"
    return invalid("credential", place, expected, saw)


def _url(entry: Mapping[str, Any], member: str) -> str:
    value = entry.get(member)
    if web_url(value) is None:
        raise _wrong(member, "an absolute http(s) URL", quoted(value))
    return str(value)


@seam
def reason_of(revocations: Mapping[str, Any], identifier: str) -> str:
    """Why a revocation list names a credential; ``""`` if it does not."""
    for entry in listed(revocations.get("revokedCredential")):
        if entry == identifier:
            return "no reason"
        is_named = isinstance(entry, dict) and entry.get("id") == identifier
        if is_named and entry.get("revoked", True) is not False:
            return str(entry.get("revocationReason") or "no reason")
    return ""


def bits_of(listing: Mapping[str, Any], purpose: str) -> bytes:
    """The bits of a status list for a purpose.

    Raises:
        InvalidBadge: when it is for another one, or none that can be read.
    """
    subject = single(listing.get("credentialSubject"))
    if not isinstance(subject, dict) or not is_of_type("BitstringStatusList")(subject.get("type")):
        raise invalid("status list", "credentialSubject", "a BitstringStatusList", quoted(subject))
    if purpose not in listed(subject.get("statusPurpose")):
        saw = quoted(subject.get("statusPurpose"))
        raise invalid("status list", "credentialSubject.statusPurpose", quoted(purpose), saw)
    encoded = subject.get("encodedList")
    member, expected = "credentialSubject.encodedList", "u and gzip in base64url"
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        raise invalid("status list", member, expected, quoted(encoded))
    inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        bits = inflating.decompress(base64url(encoded[1:]), MOST_BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise invalid("status list", member, expected, quoted(encoded)) from error
    if not FEWEST_BITS // 8 <= len(bits) <= MOST_BYTES or not inflating.eof:
        expected = f"{FEWEST_BITS} to {MOST_BYTES * 8} bits"
        saw = f"{len(bits) * 8}" if inflating.eof else "more, or an incomplete list"
        raise invalid("status list", member, expected, saw)
    return bits


@seam
def is_set(bits: bytes, index: int) -> bool:
    """Whether a bit is set; the first is the highest of the first byte.

    Raises:
        InvalidBadge: when the list is too short for it.
    """
    if index >= len(bits) * 8:
        raise _wrong("statusListIndex", f"a number below {len(bits) * 8}", str(index))
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def check_listing(listing: Mapping[str, Any]) -> None:
    """A credential is a status list.

    Raises:
        InvalidBadge: when it is something else.
    """
    if not is_of_type("VerifiableCredential", "BitstringStatusListCredential")(listing.get("type")):
        expected = "a BitstringStatusListCredential"
        raise invalid("status list", "type", expected, quoted(listing.get("type")))
    issuer = listing.get("issuer")
    if not is_uri(issuer.get("id") if isinstance(issuer, dict) else issuer):
        raise invalid("status list", "issuer", "a URI", quoted(issuer))
