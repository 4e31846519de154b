"""One page of a collection: limit, offset, since, and the links to the others (RFC 8288)."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from attrs import frozen
from multidict import MultiMapping

from mock_backpack.core.quoting import quoted
from mock_backpack.core.seams import seam
from mock_backpack.openbadges.times import moment_of
from mock_backpack.openbadges.two.members import is_moment

USUAL_LIMIT = 100
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@frozen
class BadQuery(Exception):
    """A query that asks for no page."""

    message: str


@frozen
class Page:
    """Which part of a collection a client asks for."""

    limit: int = USUAL_LIMIT
    offset: int = 0
    since: str = ""
    """The text of the client, ``""`` without one."""

    @property
    def after(self) -> float:
        """Unix seconds after which a badge must have been updated."""
        return moment_of(self.since).timestamp() if self.since else float("-inf")

    def at(self, offset: int) -> str:
        """The query of another page of the same collection."""
        query = f"limit={self.limit}&offset={offset}"
        return f"{query}&{urlencode({'since': self.since})}" if self.since else query


def read_page(query: MultiMapping[str]) -> Page:
    """The page that a query asks for.

    Raises:
        BadQuery: when it is none.
    """
    return Page(
        limit=number(query, "limit", USUAL_LIMIT, 1),
        offset=number(query, "offset", 0, 0),
        since=since(query),
    )


@seam
def number(query: MultiMapping[str], name: str, usual: int, least: int) -> int:
    """A whole number of the query.

    Raises:
        BadQuery: when it is none.
    """
    text = query.get(name)
    if text is None:
        return usual
    if not NUMBER.fullmatch(text) or int(text) < least:
        raise BadQuery(f"{name}: expected a whole number from {least}, saw {quoted(text)}")
    return int(text)


@seam
def since(query: MultiMapping[str]) -> str:
    """The time of the query; a space stands for a plus sign that was not escaped.

    Raises:
        BadQuery: when it is none.
    """
    text = query.get("since", "").replace(" ", "+")
    if text and not is_moment(text):
        raise BadQuery(f"since: expected an ISO 8601 time with a zone, saw {quoted(text)}")
    return text


@seam
def links(url: str, page: Page, total: int) -> Mapping[str, str]:
    """The ``Link`` header of an incomplete list (RFC 8288)."""
    if page.offset == 0 and total <= page.limit:
        return {}
    last = max(total - 1, 0) // page.limit * page.limit
    relations: dict[str, int] = {"first": 0, "last": last}
    if page.offset + page.limit < total:
        relations["next"] = page.offset + page.limit
    if page.offset > 0:
        relations["prev"] = max(page.offset - page.limit, 0)
    parts = (f'<{url}?{page.at(offset)}>; rel="{name}"' for name, offset in relations.items())
    return {"Link": ", ".join(parts)}
