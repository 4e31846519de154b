"""Web origins (RFC 6454): scheme, host and port, by which grants and badges are distinguished."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from attrs import frozen

from mock_backpack.core.quoting import quoted

HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.ASCII)
"""A host name in ASCII; urlsplit has put it into lower case."""
BLANK = re.compile(r"[\x00-\x20\x7f]")
"""Characters that a URL cannot contain."""
DEFAULT_PORTS = {"http": 80, "https": 443}
REMEMBERED = 64
"""URLs whose parts are kept."""


@frozen
class WebUrl:
    """An absolute http(s) URL with a host."""

    parts: SplitResult
    origin: str
    """``scheme://host[:port]`` in lower case, without the scheme's default port."""


def web_url(text: object) -> WebUrl | None:
    """An absolute http(s) URL with a host, or ``None`` when it is none."""
    return _web_url(text) if isinstance(text, str) else None


@lru_cache(REMEMBERED)  # the documents of one badge name the same few URLs again and again
def _web_url(text: str) -> WebUrl | None:
    if BLANK.search(text):
        return None
    try:
        text.encode("utf-8")
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    is_host = ":" in host or HOST.fullmatch(host)
    if parts.scheme not in DEFAULT_PORTS or not is_host or port == 0 or "@" in parts.netloc:
        return None
    place = f"[{host}]" if ":" in host else host
    is_usual = port is None or port == DEFAULT_PORTS[parts.scheme]
    origin = f"{parts.scheme}://{place}" if is_usual else f"{parts.scheme}://{place}:{port}"
    return WebUrl(parts, origin)


def origin_of(text: str) -> str:
    """The origin of an absolute http(s) URL.

    Raises:
        ValueError: when ``text`` is none.
    """
    url = web_url(text)
    if url is None:
        raise ValueError(f"expected an absolute http(s) URL, saw {quoted(text)}")
    return url.origin
