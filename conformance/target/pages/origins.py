"""Find origins in text: with or without a scheme, in any letter case, among other words."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from attrs import frozen

DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = r"[^\W_](?:[\w-]*[^\W_])?"
_HOST = rf"(?:\[[0-9a-f:.]+\]|{_NAME}(?:\.{_NAME})*)"
_PORT = r"(?::(?P<port>\d{1,5})(?!\d))?"
WITH_SCHEME = re.compile(rf"\b(?P<scheme>https?)://(?P<host>{_HOST}){_PORT}(?!@)", re.IGNORECASE)
BARE = re.compile(rf"(?<![\w@./:%-])(?P<host>{_HOST}){_PORT}(?![\w@:])", re.IGNORECASE)
FOUR_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
FILES = re.compile(r"\.(html?|php|jsx?|mjs|json|css|png|svg|jpe?g|gif|ico|pdf|txt|xml|aspx?|jsp)$")
"""Suffixes of file names, which are not hosts."""
ADDRESS = re.compile(r"https?://\S*", re.IGNORECASE)
BROKEN = (
    (re.compile(r"\s*://\s*"), "://"),
    (re.compile(r"(?<=[\w\]])\s*:\s*(?=\d{2,5}(?![\d.]))"), ":"),
    (re.compile(r"(?<=\w)\s*\.\s*(?=\d{1,3}\b)"), "."),
    (re.compile(r"(?<=\w)\s+\.(?=\w)"), "."),
)
"""Places where a long address may be broken into lines, and what to replace them with."""


@frozen
class Origin:
    """An origin as written in an address; omitted parts are ``None``."""

    host: str
    port: int | None = None
    scheme: str | None = None

    @classmethod
    def of(cls, url: str) -> "Origin":
        """The origin of an absolute URL; its port is always known."""
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
        return cls(plain_host(parts.hostname or ""), port, parts.scheme)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = f"{self.scheme}://" if self.scheme else ""
        is_usual = self.scheme is not None and self.port == DEFAULT_PORTS.get(self.scheme)
        return f"{scheme}{host}" + ("" if self.port is None or is_usual else f":{self.port}")

    def may_be(self, whole: "Origin") -> bool:
        """Whether it is a spelling of a complete origin, with the same port."""
        usual = DEFAULT_PORTS.get(whole.scheme or "")
        return (
            self.host == whole.host
            and self.scheme in (None, whole.scheme)
            and (usual if self.port is None else self.port) == whole.port
        )

    @property
    def is_doubtful(self) -> bool:
        """Whether it may not be an origin, but a word and a number, as in ``room:12``."""
        is_word = "." not in self.host and ":" not in self.host and self.host != "localhost"
        return self.scheme is None and is_word

    def is_part_of(self, whole: "Origin") -> bool:
        """Whether it is the host of an origin, but without the port that identifies it."""
        return self.host == whole.host and self.port is None and not self.may_be(whole)


def plain_host(host: str) -> str:
    """A normalized host for comparison: ASCII, lower case."""
    bare = host.strip("[]").rstrip(".").lower()
    try:
        return bare.encode("idna").decode() if not bare.isascii() else bare
    except UnicodeError:
        return bare


def named_in(text: str) -> Iterator[Origin]:
    """The origins in a text: complete addresses, then hosts without a scheme."""
    for match in WITH_SCHEME.finditer(text):
        yield _origin(match, match["scheme"].lower())
    for match in BARE.finditer(ADDRESS.sub(" ", text)):
        if _is_host(match["host"], match["port"]):
            yield _origin(match, None)


def in_attribute(value: str) -> Iterator[Origin]:
    """The origins in the value of an attribute, percent-encoded or not.

    Only addresses with a scheme or port count: attributes contain many words that look like hosts.
    """
    for origin in named_in(unquote(value)):
        if origin.scheme or origin.port:
            yield origin


def joined(text: str) -> str:
    """A text with addresses that were broken into lines joined again."""
    for place, sign in BROKEN:
        text = place.sub(sign, text)
    return text


def _origin(match: re.Match[str], scheme: str | None) -> Origin:
    port = int(match["port"]) if match["port"] else None
    if port is None and scheme is not None:
        port = DEFAULT_PORTS[scheme]
    return Origin(plain_host(match["host"]), port, scheme)


def _is_host(host: str, port: str | None) -> bool:
    """Whether a word without a scheme is a host, and not a decimal number or a file name."""
    if FOUR_NUMBERS.fullmatch(host) or host.startswith("[") or host.lower() == "localhost":
        return True
    last = host.rpartition(".")[2]
    is_name = "." in host and len(last) > 1 and not last.isdigit()
    is_single = "." not in host and not host.isdigit() and port is not None
    return (is_name and not FILES.search(host.lower())) or is_single
