"""Explanations for texts that look like a URL or a JWS but are invalid."""

import re
from urllib.parse import urlsplit

from mock_backpack.core.origin import BLANK, DEFAULT_PORTS, web_url
from mock_backpack.openbadges.signature import looks_signed

SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):(//)?")
JWS = re.compile(r"[\w=+/-]+(?:\s*\.\s*[\w=+/\s-]*)+", re.ASCII)
JWS_STARTS = "eyJ"
"""Base64 of ``{"``, with which the header of every JWS begins."""
PARTS = 3
WEB = re.compile(r"(localhost|[\w-]+(\.[\w-]+)*\.[a-z]{2,}|\d+(\.\d+){3})(:\d+)?(/\S*)?")


def flaw_of(text: str) -> str:
    """Why a text that looks like a URL or a JWS is none.

    ``""`` when it is one, or looks like neither.
    """
    if web_url(text) is not None:
        return ""
    if looks_like_jws(text):
        return "" if looks_signed(text) else _flaw_of_jws(text)
    return _flaw_of_url(text) if looks_like_url(text) else ""


def looks_like_url(text: str) -> bool:
    """Whether a text begins as a URL does."""
    match = SCHEME.match(text)
    return match is not None and (match[2] is not None or match[1].lower() in DEFAULT_PORTS)


def looks_like_jws(text: str) -> bool:
    """Whether a text begins as a JWS does."""
    return text.startswith(JWS_STARTS) and JWS.fullmatch(text) is not None


def advice(text: str) -> str:
    """A suggestion for a URL without a scheme."""
    return f"; did you mean https://{text}?" if WEB.fullmatch(text) else ""


def _flaw_of_jws(text: str) -> str:
    if re.search(r"\s", text):
        return "a JWS contains no white space"
    if "=" in text:
        return "a JWS has no = at the end of its parts"
    if set(text) & set("+/"):
        return "a JWS is in base64url, with - and _ instead of + and /"
    return f"a JWS has {PARTS} parts with dots between them, this has {text.count('.') + 1}"


def _flaw_of_url(text: str) -> str:
    scheme = text.partition(":")[0].lower()
    if scheme not in DEFAULT_PORTS:
        return f"{scheme}: is neither http: nor https:"
    if text != text.strip():
        return "there is a space or newline before or after it"
    if match := BLANK.search(text):
        return (
            "in a URL, write %20 for a space"
            if match[0] == " "
            else "a URL has no control characters"
        )
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return "its host is neither a name nor an address"
    if "@" in parts.netloc:
        return "the URL of a badge must not contain a user name or password"
    return _flaw_of_host(host) or _flaw_of_port(parts.netloc)


def _flaw_of_host(host: str) -> str:
    if not host:
        return "it has no host"
    if host.isascii():
        return ""
    try:
        return f"write the host as {host.encode('idna').decode()}"
    except UnicodeError:
        return "its host is not a valid name"


def _flaw_of_port(netloc: str) -> str:
    port = netloc.rpartition(":")[2]
    is_port = port.isdecimal() and ":" in netloc
    return f"{port} is not a valid port" if is_port else "its host is neither a name nor an address"
