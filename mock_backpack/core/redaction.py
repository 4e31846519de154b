"""Hide the secrets of a sandbox in what its journal shows."""

import base64
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from string import ascii_lowercase, ascii_uppercase

from attrs import frozen

from mock_backpack.core.backpack import Backpack
from mock_backpack.core.clients import Clients
from mock_backpack.core.unescaped import Unescaped

BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{16,}")
NAMED = re.compile(
    r"((?:access_token|refresh_token|csrf|code|client_secret|code_verifier)"
    r'(?:=|"\s*:\s*"|"\s+value="))([^&"\s]+)'
)
CREDENTIALS = re.compile(r"(?i)^(bearer|basic)\s+(.+)$", re.DOTALL)
COOKIE = re.compile(r"(mock_backpack_session[\w-]*=)([^;]+)")
STATE = re.compile(r"((?:^|[?&\s])state=)([^&\s\"]{16,})", re.MULTILINE)
"""The secret of a client's session (RFC 6749 section 10.12); a short one is none."""
NAME = re.compile(r"\w*\(?«[^»]*»\)?")
HIDDEN = "«hidden»"
LOWERED = str.maketrans(ascii_uppercase, ascii_lowercase)
"""No character becomes two, as it may with ``str.lower``: places must stay."""


@frozen
class Hit:
    """A token in a text."""

    start: int
    end: int
    token: str
    way: str = "{}"
    """How it is written, around its name."""


class Redaction:
    """Replaces tokens by names that stay the same within one answer."""

    def __init__(self, backpack: Backpack, clients: Clients) -> None:
        self._backpack = backpack
        self._clients = clients
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._tokens: Mapping[str, str] = {}
        self._of_clients: Mapping[str, str] = {}
        self._seen = -1

    def text(self, text: str) -> str:
        """A text without tokens of this Backpack, and without values in places of tokens."""
        parts, at = list[str](), 0
        for hit in sorted(_hits(text, self._known()), key=lambda hit: (hit.start, -hit.end)):
            if hit.start >= at:
                parts += [text[at : hit.start], hit.way.format(self._name(hit.token))]
                at = hit.end
        shown = "".join([*parts, text[at:]])
        shown = NAMED.sub(lambda found: found[1] + self._named(found[2]), shown)
        shown = STATE.sub(lambda found: found[1] + self._named(found[2]), shown)
        return COOKIE.sub(lambda found: found[1] + HIDDEN, shown)

    def _known(self) -> Mapping[str, str]:
        """The tokens by their text in small letters."""
        if self._seen != (count := self._backpack.change_count):
            self._seen = count
            self._of_clients = dict(self._clients.secrets())
            tokens = (*self._of_clients, *self._backpack.tokens())
            self._tokens = {token.translate(LOWERED): token for token in tokens}
        return self._tokens

    def header(self, name: str, value: str) -> str:
        """The value of a header without credentials."""
        if name.lower() == "authorization" and (match := CREDENTIALS.match(value)):
            return f"{match[1]} {self._credentials(match[2])}"
        return self.text(value)

    def _credentials(self, value: str) -> str:
        shown = self.text(value)
        return shown if NAME.fullmatch(shown) else HIDDEN

    def _named(self, value: str) -> str:
        return value if "«" in value else HIDDEN

    def _name(self, token: str) -> str:
        if token not in self._names:
            kind = self._of_clients.get(token) or self._backpack.knows(token) or "dead token"
            self._counts[kind] += 1
            self._names[token] = f"«{kind} {self._counts[kind]}»"
        return self._names[token]


def _hits(source: str, tokens: Mapping[str, str]) -> Iterator[Hit]:
    """The tokens in a text: as they are, escaped, in base64 of a longer text, hexadecimal."""
    if not tokens:
        return
    lengths = {len(token) for token in tokens}
    for view in Unescaped.layers(source):
        for begin, end, token in _windows(view.text, tokens, lengths):
            is_same = token == view.text[begin:end]
            way = "{}" if is_same else "{} in other letter case"
            yield Hit(view.starts[begin], view.ends[end - 1], token, way)
        for hit in (*_in_base64(view.text, tokens), *_in_hexadecimal(view.text, tokens)):
            start, stop = view.starts[hit.start], view.ends[hit.end - 1]
            yield Hit(start, stop, hit.token, hit.way)


def _windows(
    text: str, tokens: Mapping[str, str], lengths: set[int]
) -> Iterator[tuple[int, int, str]]:
    folded = text.translate(LOWERED)
    for length in lengths:
        for begin in range(len(folded) - length + 1):
            if (token := tokens.get(folded[begin : begin + length])) is not None:
                yield begin, begin + length, token


def _runs(kind: re.Pattern[str], text: str, shortest: float) -> Iterator[re.Match[str]]:
    """Those that have room for the shortest token."""
    return (run for run in kind.finditer(text) if len(run[0]) >= shortest)


def _in_base64(text: str, tokens: Mapping[str, str]) -> Iterator[Hit]:
    """Also at other offsets, where base64 groups its characters differently."""
    lengths = {len(token) for token in tokens}
    for match in _runs(BASE64, text, shortest=min(lengths) * 4 / 3):
        run = match[0].translate({ord("-"): "+", ord("_"): "/"})
        for skipped in range(4):
            whole = run[skipped:]
            content = base64.b64decode(whole[: len(whole) - (len(whole) % 4 == 1)] + "==")
            for first, last, token in _windows(content.decode("latin-1"), tokens, lengths):
                begin = match.start() + skipped + first * 4 // 3
                end = match.start() + skipped + -(-last * 4 // 3)
                while text[end : end + 1] == "=":
                    end += 1
                yield Hit(begin, end, token, "base64({})")


def _in_hexadecimal(text: str, tokens: Mapping[str, str]) -> Iterator[Hit]:
    lengths = {len(token) for token in tokens}
    for match in _runs(HEXADECIMAL, text, shortest=min(lengths) * 2):
        for skipped in range(2):
            run = match[0][skipped:]
            content = bytes.fromhex(run[: len(run) // 2 * 2]).decode("latin-1")
            for first, last, token in _windows(content, tokens, lengths):
                begin = match.start() + skipped
                yield Hit(begin + first * 2, begin + last * 2, token, "hexadecimal({})")
