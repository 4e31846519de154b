"""Wrong ways of keeping what an issuer wrote."""

import html
import unicodedata
from collections.abc import Callable
from typing import Any

from mock_backpack.apis.connect import handlers
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges.award import Award

COLUMN = 255
"""Characters that a careless database has room for."""
PLANE = 0xFFFF
"""The last character that a careless database knows."""


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with all its texts changed."""
    match value:
        case str():
            return change(value)
        case list():
            return [_each_text(inner, change) for inner in value]
        case dict():
            return {name: _each_text(inner, change) for name, inner in value.items()}
        case _:
            return value


@defect(
    "text.names-cut",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.2",
)
def cuts_names(right: Right, award: Award) -> dict[str, Any]:
    """The name of a badge class is cut after 255 characters."""
    body: dict[str, Any] = right(award)
    body["badge"]["name"] = body["badge"]["name"][:COLUMN]
    return body


@defect(
    "text.issuers-cut",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.2",
)
def cuts_issuers(right: Right, award: Award) -> dict[str, Any]:
    """The name of an issuer is cut after 255 characters."""
    body: dict[str, Any] = right(award)
    body["badge"]["issuer"]["name"] = body["badge"]["issuer"]["name"][:COLUMN]
    return body


@defect(
    "text.signed-cut",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.2",
)
def cuts_signed_ones(right: Right, award: Award) -> dict[str, Any]:
    """The description of a signed badge is cut after 255 characters."""
    body: dict[str, Any] = right(award)
    if award.key_at:
        body["badge"]["description"] = body["badge"]["description"][:COLUMN]
    return body


@defect(
    "text.without-astral",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.2",
)
def knows_one_plane(right: Right, award: Award) -> dict[str, Any]:
    """Characters beyond the first plane of Unicode become question marks."""

    def known(text: str) -> str:
        return "".join(letter if ord(letter) <= PLANE else "?" for letter in text)

    body: dict[str, Any] = _each_text(right(award), known)
    return body


@defect(
    "text.composed", handlers.badge_body, endpoints=("issue",), breaks=("BC-ISSUE-24",), since="0.2"
)
def composes_letters(right: Right, award: Award) -> dict[str, Any]:
    """Text is returned in another Unicode normalization form."""

    def composed(text: str) -> str:
        return unicodedata.normalize("NFC", text)

    body: dict[str, Any] = _each_text(right(award), composed)
    return body


@defect(
    "text.trimmed", handlers.badge_body, endpoints=("issue",), breaks=("BC-ISSUE-24",), since="0.2"
)
def trims_texts(right: Right, award: Award) -> dict[str, Any]:
    """Spaces around a string are removed."""
    body: dict[str, Any] = _each_text(right(award), str.strip)
    return body


@defect(
    "text.escaped", handlers.badge_body, endpoints=("issue",), breaks=("BC-ISSUE-24",), since="0.2"
)
def escapes_texts(right: Right, award: Award) -> dict[str, Any]:
    """Strings are returned escaped for HTML."""
    body: dict[str, Any] = _each_text(right(award), html.escape)
    return body


@defect(
    "text.tags-joined",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.2",
)
def splits_tags_at_commas(right: Right, award: Award) -> dict[str, Any]:
    """A tag that contains a comma is returned as two tags."""
    body: dict[str, Any] = right(award)
    if "tags" in body["badge"]:
        body["badge"]["tags"] = ",".join(body["badge"]["tags"]).split(",")
    return body


@defect(
    "text.null-dropped",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.2",
)
def drops_null(right: Right, award: Award) -> dict[str, Any]:
    """A member that is null is not returned."""

    def full(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: full(inner) for name, inner in value.items() if inner is not None}
        return (
            [full(inner) for inner in value if inner is not None]
            if isinstance(value, list)
            else value
        )

    body: dict[str, Any] = full(right(award))
    return body
