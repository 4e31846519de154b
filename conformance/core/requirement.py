"""A requirement: a sentence that a target is held to, and how strongly."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from conformance.core.api import DEFAULT, cited_documents


class Level(StrEnum):
    """How strongly a requirement binds (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


RFC = "https://www.rfc-editor.org/rfc/rfc{rfc}#section-{section}"


class Subject(StrEnum):
    """What a requirement is about that an engine has to know of."""

    LIVENESS = "liveness"
    """It says that the target lives on: a target that dies broke it, whatever was tested."""
    CALLBACK = "callback"
    """It is about the callback or the calling page: neither can be seen of an issuer with a ready
    grant."""
    BROWSER = "browser"
    """Only a real browser sees it."""
    PATIENCE = "patience"
    """It is seen by waiting for a target that gives up late."""


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
    apis: tuple[str, ...] = field(default=(DEFAULT,), eq=False)
    """The APIs whose targets are held to it, each judged by itself."""
    about: Subject | None = field(default=None, eq=False)
    """What engines have to know of it; no record keeps it."""

    @property
    def cited(self) -> str:
        """The source in words, such as ``RFC 6749 section 5.1``."""
        if "rfc" in self.source:
            return f"RFC {self.source['rfc']} section {self.source['section']}"
        title = cited_documents()[self.source["document"]].title
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
        return cited_documents()[self.source["document"]].url
