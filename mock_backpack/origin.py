"""Web origins (RFC 6454): scheme, host and port, by which grants and badges are told apart."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.ASCII)
"""A host name in ASCII; urlsplit has put it into lower case."""
BLANK = re.compile(r"[\x00-\x20\x7f]")
"""What no URL has in it as it is."""
DEFAULT_PORTS = {"http": 80, "https": 443}
REMEMBERED = 64
"""Texts whose parts are kept: the documents of one badge name the same few URLs again and again."""


def web_url(text: object) -> SplitResult | None:
    """The parts of an absolute http(s) URL with a host, or ``None`` when it is none."""
    return _web_url(text) if isinstance(text, str) else None


@lru_cache(REMEMBERED)
def _web_url(text: str) -> SplitResult | None:
    if BLANK.search(text):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
        text.encode("utf-8")
    except ValueError:
        return None
    host = parts.hostname or ""
    is_host = ":" in host or bool(HOST.fullmatch(host))
    is_web = parts.scheme in DEFAULT_PORTS and is_host and port != 0
    return parts if is_web and "@" not in parts.netloc else None


@lru_cache(REMEMBERED)
def origin_of(text: str) -> str:
    """``scheme://host[:port]`` in lower case, without the scheme's default port.

    Raises:
        ValueError: when ``text`` is no absolute http(s) URL.
    """
    parts = web_url(text)
    if parts is None or parts.hostname is None:
        raise ValueError(f"expected an absolute http(s) URL, saw {text!r}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
