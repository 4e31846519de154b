"""How a request carries its access token: right, as old clients did, or wrong."""

import base64
import binascii

from attrs import frozen

from mock_backpack.apis.connect.bearer import decoded, standard
from mock_backpack.issuer.ledger import Given, Ledger
from mock_backpack.openbadges.complaint import quoted

LINE_BREAK = "base64 with white space in it"
URL_SAFE = "base64 in the URL-safe alphabet"
UNPADDED = "base64 without its padding"


@frozen
class Credentials:
    """The credentials of a request's ``Authorization`` header."""

    given: Given | None = None
    """The token of this Backpack, if it is one."""
    wrong: str = ""
    """The error in how it is sent."""
    mangled: str = ""
    """The error in the token itself."""
    habit: str = ""
    """A habit that the historical server accepted, and others may refuse."""


def read_credentials(header: str | None, ledger: Ledger) -> Credentials:
    """The parsed header."""
    if header is None:
        return Credentials(wrong="no Authorization header")
    scheme, _, rest = header.partition(" ")
    sent = rest.strip()
    if scheme.lower() != "bearer":
        raw = ledger.find(header.strip())
        saw = "the token without Bearer" if raw else f"the scheme {quoted(scheme[:20])}"
        return Credentials(raw or ledger.find(sent), wrong=saw)
    if raw := ledger.find(sent):
        return Credentials(raw, wrong="the token itself, not in base64")
    strict = decoded(sent)
    if given := ledger.find(strict):
        return Credentials(given)
    if given := ledger.find(decoded(standard(sent))):
        return Credentials(given, habit=_habit(sent))
    return _unusual(sent, strict or decoded(standard(sent)), ledger)


def _unusual(sent: str, text: str, ledger: Ledger) -> Credentials:
    if twice := ledger.find(decoded(text)):
        return Credentials(twice, wrong="base64 of the base64 of the token")
    if given := ledger.find(text.strip()):
        return Credentials(given, wrong="base64 of the token with a space or newline after it")
    match = ledger.match(text) if text else None
    if match is not None:
        return Credentials(match.given, mangled=match.mangled)
    if cut := _cut(sent, ledger):
        return Credentials(cut, mangled="the base64 of the token, truncated")
    if raw := ledger.match(sent):
        return Credentials(raw.given, wrong=f"{raw.mangled}, not in base64")
    shown = "not base64" if not text else "a token that this Backpack did not issue"
    return Credentials(wrong=shown)


def _cut(sent: str, ledger: Ledger) -> Given | None:
    """The token whose base64 was not sent to its end, as when it was broken into lines."""
    whole = sent[: len(sent) // 4 * 4]
    try:
        start = base64.b64decode(whole).decode()
    except (binascii.Error, ValueError):
        return None
    meaning = ledger.match(start) if start else None
    return meaning.given if meaning else None


def _habit(sent: str) -> str:
    if any(map(str.isspace, sent)):
        return LINE_BREAK
    return URL_SAFE if set(sent) & set("-_") else UNPADDED
