"""Hide the secrets of a sandbox in what its journal shows."""

import base64
import binascii
import re
from collections import Counter
from urllib.parse import unquote, unquote_plus

from mock_backpack.backpack import Backpack

CANDIDATE = re.compile(r"[A-Za-z0-9+/_%=-]{8,}")
"""What may be a token, as it is, percent-encoded or in base64."""
NAMED = re.compile(r'((?:access_token|refresh_token|csrf)(?:=|"\s*:\s*"|"\s+value="))([^&"\s]+)')
CREDENTIALS = re.compile(r"(?i)^(bearer|basic)\s+(.+)$", re.DOTALL)
COOKIE = re.compile(r"(mock_backpack_session[\w-]*=)([^;]+)")
HIDDEN = "«hidden»"


class Redaction:
    """Replaces tokens by names that stay the same within one answer."""

    def __init__(self, backpack: Backpack) -> None:
        self._backpack = backpack
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def text(self, text: str) -> str:
        """A text without tokens of ours, and without what stands where a token belongs."""
        shown = CANDIDATE.sub(lambda found: self._candidate(found[0]), text)
        shown = NAMED.sub(lambda found: found[1] + self._named(found[2]), shown)
        return COOKIE.sub(lambda found: found[1] + HIDDEN, shown)

    def header(self, name: str, value: str) -> str:
        """The value of a header without credentials."""
        if name.lower() == "authorization" and (found := CREDENTIALS.match(value)):
            return f"{found[1]} {self._credentials(found[2])}"
        return self.text(value)

    def _credentials(self, value: str) -> str:
        shown = self._candidate(value)
        return shown if shown != value else HIDDEN

    def _named(self, value: str) -> str:
        return value if "«" in value else HIDDEN

    def _candidate(self, text: str) -> str:
        for way, value in (
            ("{}", text),
            ("{}", unquote(text)),
            ("{}", unquote_plus(text)),
            ("base64({})", _decoded(unquote(text))),
        ):
            if kind := self._backpack.knows(value):
                return way.format(self._name(kind, value))
        name, is_pair, value = text.rpartition("=")
        if is_pair and value and (shown := self._candidate(value)) != value:
            return f"{name}={shown}"
        return text

    def _name(self, kind: str, value: str) -> str:
        if value not in self._names:
            self._counts[kind] += 1
            self._names[value] = f"«{kind} {self._counts[kind]}»"
        return self._names[value]


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
