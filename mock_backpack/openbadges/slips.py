"""Why a badge is for nobody: the slip by which its recipient missed an earner."""

import hashlib
import unicodedata
from collections.abc import Iterator

from mock_backpack.openbadges.complaint import Complaint, quoted
from mock_backpack.openbadges.members import HASH
from mock_backpack.openbadges.recipient import Recipient, is_for

Spelling = tuple[str, str]
"""A text, and what was done to it in words."""


def misfit(recipient: Recipient, email: str, member: str, shown: str) -> Complaint | None:
    """Why a recipient is not an earner; ``None`` when it is.

    ``shown`` replaces the e-mail address, which is not public.
    """
    if is_for(recipient, email):
        return None
    match = HASH.fullmatch(recipient.identity) if recipient.hashed else None
    saw = quoted(recipient.identity)
    if match is None:
        slip = _plain_slip(recipient.identity, email)
        return Complaint("assertion", member, shown, f"{saw}{slip}")
    with_salt = "with this salt" if recipient.salt else "without salt"
    right = _hash(match[1], email + (recipient.salt or ""))
    expected = f"the hash of {shown} {with_salt}, {quoted(f'{match[1]}${right}')}"
    slip = _hash_slip(match[1], match[2].lower(), email, recipient.salt or "")
    return Complaint("assertion", member, expected, f"{saw}{slip}")


def _plain_slip(identity: str, email: str) -> str:
    if match := HASH.fullmatch(identity):
        is_hash_of = _hash(match[1], email) == match[2].lower()
        return ": the hash of it, though hashed is false" if is_hash_of else ""
    slips = (words for text, words in _spellings(email) if text in (identity, identity.lower()))
    return f": {slip}" if (slip := next(slips, "")) else ""


def _hash_slip(algorithm: str, digest: str, email: str, salt: str) -> str:
    texts = ((text, words) for text, words in _hashed(algorithm, email, salt))
    slips = (words for text, words in texts if words and _hash(algorithm, text) == digest)
    return f": {slip}" if (slip := next(slips, "")) else ""


def _hashed(algorithm: str, email: str, salt: str) -> Iterator[Spelling]:
    """Common mistakes of issuers: other texts that they hash."""
    for address, slip in ((email, ""), *_spellings(email)):
        for text, placed in _salted(address, salt):
            yield text, " and ".join(filter(None, (slip, placed)))
    once = _hash(algorithm, email + salt)
    yield once, "hashed twice"
    yield f"{algorithm}${once}", "hashed twice"
    yield _hash(algorithm, email) + salt, "hashed before the salt was added, and once more"


def _salted(address: str, salt: str) -> Iterator[Spelling]:
    yield address + salt, ""
    if salt:
        yield salt + address, "the salt stands before the e-mail address"
        yield address, "the salt is not used"
        yield salt + address + salt, "the salt is used twice"
    else:
        for nothing in ("null", "None", "undefined", "nil"):
            yield address + nothing, f"{quoted(nothing)} is used as the salt"
    for end in ("\n", "\r\n"):
        yield address + salt + end, "a newline is hashed, too"


def _spellings(email: str) -> Iterator[Spelling]:
    """Other spellings of an e-mail address."""
    name, _, host = email.partition("@")
    for case in (email.lower(), email.upper(), email.capitalize(), f"{name.capitalize()}@{host}"):
        yield case, "another letter case"
    for title in (name.title(), name.upper()):
        yield f"{title}@{host}", "another letter case"
    yield f"{name}@{host.capitalize()}", "another letter case"
    for end in ("\n", "\r\n"):
        yield email + end, "a newline after the e-mail address"
    for blank in (f"{email} ", f" {email}", f" {email} "):
        yield blank, "a space beside the e-mail address"
    for form in ("NFC", "NFD"):
        if (text := unicodedata.normalize(form, email)) != email:
            yield text, f"letters in the form {form} of Unicode"
    yield f"mailto:{email}", "mailto: before the e-mail address"
    yield f'"{email}"', "the e-mail address in quotes"


def _hash(algorithm: str, text: str) -> str:
    return hashlib.new(algorithm, text.encode(errors="surrogatepass")).hexdigest()
