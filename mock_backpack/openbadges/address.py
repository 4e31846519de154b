"""URLs as a request sends them: byte for byte as they are written."""

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from yarl import URL

REMEMBERED = 64
"""For speed: the documents of one badge have the same few URLs again and again."""
IMPOSSIBLE = re.compile(r"[^!#-;=?-\[\]_a-z~]")
"""What no URL holds (RFC 3986): controls, blanks, ``"<>\\^`{|}``, all that is not ASCII."""


def escaped(text: str) -> str:
    """A URL whose impossible characters are percent-encoded, and nothing else.

    Bytes that were no UTF-8, kept as surrogates, are encoded as the bytes that they were.
    """
    return IMPOSSIBLE.sub(lambda found: quote(found[0], safe="", errors="surrogateescape"), text)


def target_of(location: str, at: str) -> str:
    """Where a ``Location`` leads from a URL; an absolute one is left as it is written."""
    target = escaped(location.strip(" \t"))
    return target if urlsplit(target).netloc and urlsplit(target).scheme else urljoin(at, target)


@lru_cache(REMEMBERED)
def address(url: str) -> URL:
    """A URL for our client, which would otherwise decode ``%40`` and encode ``%zz``.

    It leaves out an empty query, unless that passes for the end of the path.
    """
    written = escaped(url).partition("#")[0]
    whole = URL(written, encoded=True)
    if not written.endswith("?") or "?" in written[:-1]:
        return whole
    path = f"{whole.raw_path}?"
    return URL.build(scheme=whole.scheme, authority=whole.raw_authority, path=path, encoded=True)
