"""What an exchange shows that nobody else may know: the one list of it, for run and certificate."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote_plus, urlsplit

from conformance.core.exchange import Answer, Exchange, Headers
from conformance.core.redaction.hidden import hidden_secrets
from conformance.core.redaction.named import ADDRESS, looks_drawn, named_secrets
from conformance.core.redaction.packed import unpacked
from conformance.core.redaction.views import decoded

OPAQUE = "opaque value"
"""The kind of a value whose name is not known to be one of a secret."""
COOKIE_VALUE = re.compile("=[^;]+")
COOKIE = re.compile(r"\s*[^=;\s]+=\"?([^;\"\s]*)")
SHORTEST_COOKIE = 8
"""Characters of a cookie's value that is looked for elsewhere."""
LONGEST_LOOKED_AT = 256 * 1024
"""Characters of a body; no report shows as many."""
GAP = re.compile(r"[\s\"'<>&,;{}\[\]()|\\]+")
LABEL = re.compile(r"[\w.-]{1,40}[=:](?=.)")
PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?"
)
TOKENS = ("access_token", "refresh_token")
ID = re.compile(r"(?:^|[_-])(?:id|uid|uuid|guid|trace|correlation|request)$|[a-z]Id$")
"""Names of what tells requests or rows apart, and opens nothing; no session is meant."""
PAGE = re.compile(r"<(?:input|meta)\b", re.IGNORECASE)


def credentials(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Kind and value of each secret that an exchange gives away, however broken it is.

    That is what an answer, or the address of a callback, names as secret; cookies; hidden fields
    of forms; private keys; and in the answer of a token endpoint, and among the parameters of a
    callback, all that looks drawn, whatever its name: what cannot be told apart is secret.
    """
    if exchange.landing is not None:
        yield from _of_address(exchange.landing.url)
    answer = exchange.answer
    if answer is None:
        return
    yield from (pair for header in answer.headers for pair in _of_header(*header))
    body = text_of(answer.body)[:LONGEST_LOOKED_AT]
    yield from named_secrets(body)
    if PAGE.search(body):
        yield from (("hidden value", value) for value in hidden_secrets(body))
    yield from (("private key", key) for key in PRIVATE_KEY.findall(body))
    if _gives_tokens(exchange, answer):
        ids = _ids(body)
        yield from (pair for pair in _opaque(body) if pair[1] not in ids)


def text_of(body: bytes) -> str:
    """A body as text, whatever it is."""
    content = unpacked(body)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def without_cookies(name: str, value: str) -> str:
    """The value of a header without cookies: one is as good as a password; names are shown."""
    match name.lower():
        case "cookie":
            return COOKIE_VALUE.sub("=«cookie»", value)
        case "set-cookie":
            return COOKIE_VALUE.sub("=«cookie»", value, count=1)
        case _:
            return value


def cookie_values(headers: Headers) -> Iterator[str]:
    """The values of the cookies that headers set or send."""
    for name, value in headers:
        if name.lower() in ("cookie", "set-cookie"):
            pairs = value.split(";") if name.lower() == "cookie" else [value]
            yield from (match[1] for pair in pairs if (match := COOKIE.match(pair)))


@lru_cache(1024)
def _of_header(name: str, value: str) -> Sequence[tuple[str, str]]:
    """What a header gives away; nearly all repeat."""
    match name.lower():
        case "set-cookie":
            return [
                ("cookie", cookie) for cookie in cookie_values(((name, value),)) if _is_id(cookie)
            ]
        case "location" | "refresh" | "content-location" | "link":
            return list(_of_address(value))
        case _:
            return list(named_secrets(f"{name}: {value}"))


def _is_id(value: str) -> bool:
    """Whether a cookie may be a session, and not a language or a choice."""
    is_mixed = any(character.isdigit() for character in value) and any(
        character.isalpha() for character in value
    )
    return "«" not in value and len(value) >= SHORTEST_COOKIE and (is_mixed or looks_drawn(value))


def _of_address(address: str) -> Iterator[tuple[str, str]]:
    named = list(named_secrets(address))
    yield from named
    if any("token" in name.lower() for name, _ in named) or "«" in address:
        parts = _parts(address)
        for name, value in re.findall(r"([^=&;?#]*)=([^&;#]*)", parts):
            read = unquote_plus(value)
            if looks_drawn(read) and "«" not in read:
                yield unquote_plus(name) or OPAQUE, read


def _parts(address: str) -> str:
    try:
        split = urlsplit(address)
    except ValueError:
        return address.partition("?")[2]
    return f"{split.query}&{split.fragment}"


def _gives_tokens(exchange: Exchange, answer: Answer) -> bool:
    """Whether an answer is one to a refresh: whatever it holds may be a token."""
    request = exchange.request
    asks = b"refresh_token" in request.body or _path(request.url).endswith("/token")
    return asks and answer.status < 400


def _ids(body: str) -> frozenset[str]:
    """In an answer that names both tokens as documented: the values that it calls an id."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return frozenset()
    if not isinstance(answer, dict) or not all(
        isinstance(answer.get(name), str) for name in TOKENS
    ):
        return frozenset()
    members = ((name, member) for name, member in answer.items() if ID.search(name))
    return frozenset(member for _, member in members if isinstance(member, str))


def _path(url: str) -> str:
    return url.partition("?")[0].rstrip("/")


def _opaque(text: str) -> Iterator[tuple[str, str]]:
    for written in dict.fromkeys((text, decoded(text))):
        for piece in GAP.split(written):
            bare = decoded(piece)
            value = bare if ADDRESS.match(bare) else LABEL.sub("", bare, count=1)
            if looks_drawn(value) and "«" not in value:
                yield OPAQUE, value


def learned(exchanges: Iterable[Exchange]) -> dict[str, str]:
    """The secrets of several exchanges: from value to kind."""
    kinds: dict[str, str] = {}
    for exchange in exchanges:
        for kind, value in credentials(exchange):
            kinds.setdefault(value, kind)
    return kinds
