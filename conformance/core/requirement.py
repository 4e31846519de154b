"""A requirement: a sentence that a target is held to, and how strongly."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import frozen


class Level(StrEnum):
    """How strongly a requirement binds (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


RFC = "https://www.rfc-editor.org/rfc/rfc{rfc}#section-{section}"
API_DOCUMENT = (
    "https://github.com/mozilla/openbadges-backpack/blob/master/docs/apis/backpack_connect.md"
)
CHEAT_SHEETS = "https://cheatsheetseries.owasp.org/cheatsheets"
DOCUMENTS = {
    "backpack-connect": ("Backpack Connect API", API_DOCUMENT),
    "mozilla-backpack-tests": (
        "Mozilla Backpack's own API tests",
        "https://github.com/mozilla/openbadges-backpack",
    ),
    "open-badges": (
        "Open Badges 1.0",
        "https://github.com/mozilla/openbadges-specification",
    ),
    "owasp-ssrf": (
        "OWASP SSRF prevention",
        f"{CHEAT_SHEETS}/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html",
    ),
    "owasp-session": (
        "OWASP session management",
        f"{CHEAT_SHEETS}/Session_Management_Cheat_Sheet.html",
    ),
    "cwe-209": ("CWE-209", "https://cwe.mitre.org/data/definitions/209.html"),
    "cwe-79": ("CWE-79", "https://cwe.mitre.org/data/definitions/79.html"),
    "fetch-standard": ("Fetch standard", "https://fetch.spec.whatwg.org/#http-cors-protocol"),
}


@frozen
class Requirement:
    """One entry of the catalogue."""

    id: str
    area: str
    role: str
    """``backpack`` or ``issuer``."""
    level: Level
    statement: str
    basis: str
    source: Mapping[str, Any]
    mend: str
    """What the programmer of a failing target changes."""
    answer: str | None = None
    why: str | None = None
    """Why it binds, where the source leaves that open to doubt."""
    excluded: str | None = None
    """Why it cannot be seen on the wire, when it cannot."""

    @property
    def cited(self) -> str:
        """The source in words, such as ``RFC 6749 section 5.1``."""
        if "rfc" in self.source:
            return f"RFC {self.source['rfc']} section {self.source['section']}"
        title = DOCUMENTS[self.source["document"]][0]
        section = self.source.get("section")
        error = self.source.get("error")
        return ", ".join(
            [title, *([f"section {section}"] if section else []), *([error] if error else [])]
        )

    @property
    def link(self) -> str:
        """Where the source can be read."""
        if "rfc" in self.source:
            return RFC.format(**self.source)
        return DOCUMENTS[self.source["document"]][1]
