"""URLs as a request sends them: byte for byte as they are written."""

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from yarl import URL

REMEMBERED = 64
"""For speed: the documents of one badge have the same few URLs again and again."""
IMPOSSIBLE = re.compile(r"[^!#-;=?-\[\]_a-z~]")
"""No URL contains these (RFC 3986): controls, blanks, ``"<>\\^`{|}``, all that is not ASCII."""


def escaped(text: str) -> str:
    """A URL with only its invalid characters percent-encoded.

    Surrogates stand for bytes that are not UTF-8, and are encoded as these bytes.
    """
    return IMPOSSIBLE.sub(lambda found: quote(found[0], safe="", errors="surrogateescape"), text)


def target_of(location: str, at: str) -> str:
    """The target of a ``Location``, relative to a URL; an absolute one stays unchanged."""
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
