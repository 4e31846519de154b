"""Secrets by value: tokens, passwords and e-mails are told by stable names, never as they are."""

import base64
import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

PERCENT = re.compile("%[0-9A-F]{2}")
SHORTEST = 4
"""Characters: what is shorter may stand anywhere by chance."""


class Secrets:
    """What must not be shown, and the name under which it is."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._forms: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: object, kind: str) -> None:
        """Learn a secret; further ones of a kind get a number."""
        if not isinstance(value, str) or len(value) < SHORTEST or value in self._names:
            return
        self._counts[kind] = count = self._counts.get(kind, 0) + 1
        self._names[value] = name = f"«{kind} {count}»"
        self._pattern = None
        for form, note in _forms(value):
            self._forms.setdefault(form, f"{name[:-1]}{note}»")

    def join(self, others: "Secrets") -> None:
        """Learn the secrets of another part of the same scenario."""
        for value, name in others._names.items():
            self.add(value, name.strip("«»").rstrip("0123456789 "))

    def standing_in(self, text: str) -> list[str]:
        """The names of the secrets that stand in a text, in whatever usual encoding."""
        return [name for form, name in self._forms.items() if form in text]

    def redacted(self, value: Any) -> Any:
        """A JSON value without secrets, in whatever usual encoding they stand in it."""
        match value:
            case str():
                return self._text(value)
            case Mapping():
                return {self._text(str(key)): self.redacted(one) for key, one in value.items()}
            case list() | tuple():
                return [self.redacted(one) for one in value]
            case _:
                return value

    def _text(self, text: str) -> str:
        if self._pattern is None:
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        return self._pattern.sub(lambda found: self._forms[found[0]], text)


def _forms(value: str) -> Iterator[tuple[str, str]]:
    yield value, ""
    upper = {quote(value, safe=""), quote_plus(value), quote(value)}
    lower = {PERCENT.sub(lambda found: found[0].lower(), one) for one in upper}
    for encoded in (upper | lower) - {value}:
        yield encoded, ", percent-encoded"
    written = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    slashed = {one.replace("/", "\\/") for one in written}
    marked = {html.escape(value), html.escape(value).replace("&#x27;", "&#39;")}
    for escaped in (written | slashed | marked) - {value}:
        yield escaped, ""
    once = base64.b64encode(value.encode()).decode()
    for form in _base64_spellings(once):
        yield form, ", base64"
    for form in _base64_spellings(base64.b64encode(once.encode()).decode()):
        yield form, ", base64 of base64"


def _base64_spellings(text: str) -> set[str]:
    url_safe = text.replace("+", "-").replace("/", "_")
    return {text, text.rstrip("="), url_safe, url_safe.rstrip("="), quote(text, safe="")}
