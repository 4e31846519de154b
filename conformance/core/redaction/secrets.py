"""What must not be shown, and the names under which it is: stable within one scenario."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field

from conformance.core.exchange import Exchange
from conformance.core.redaction.named import names_a_secret, secret_names
from conformance.core.redaction.seen import credentials
from conformance.core.redaction.vault import SecretHit, Vault
from conformance.core.redaction.words import is_weak

LONGEST_SECRET = 16 * 1024
"""Characters of a secret, however it is encoded, that may stand across the end of a text."""


@define
class Secrets:
    """The secrets of one scenario by name, over those that the whole run knows."""

    vault: Vault = field(factory=Vault)
    _names: dict[str, str] = field(factory=dict)
    _counts: dict[str, int] = field(factory=dict)
    _seen: dict[tuple[int, int], Any] = field(factory=dict, repr=False)
    """Answers and landings that were looked at, which are held so that no id comes twice."""
    _lines: dict[int, tuple[Exchange, dict[str, Any]]] = field(factory=dict, repr=False)
    """What is shown of each exchange, of this scenario and of all that continue from its steps."""
    _has_weak: bool = False
    _derived: dict[str, tuple[str, str]] = field(factory=dict)
    """From a text to the secret that it was made of, and what was done to that."""

    def copied(self) -> "Secrets":
        """The secrets that are known by now, under the same names."""
        return evolve(
            self,
            names=dict(self._names),
            counts=dict(self._counts),
            seen=dict(self._seen),
            derived=dict(self._derived),
        )

    def add(self, value: object, kind: str) -> None:
        """Learn a secret; further ones of a kind get a number."""
        if not isinstance(value, str) or not value or value in self._names:
            return
        self._has_weak |= is_weak(value)
        self._counts[kind] = count = self._counts.get(kind, 0) + 1
        self._names[value] = f"«{kind} {count}»"
        self.vault.learn(value, kind)

    def add_derived(self, value: str, source: str, change: str) -> None:
        """Learn a text that was made of another one; it is secret when that holds a secret."""
        hit = max(self.vault.hits(source), key=lambda hit: hit.end - hit.start, default=None)
        if hit is not None and value not in self._names:
            self._derived[value] = hit.secret, change
            self.vault.learn(value, self.vault.kinds[hit.secret])

    def join(self, others: "Secrets") -> None:
        """Learn the secrets of another part of the same scenario."""
        if not self._names:
            self.vault = others.vault  # which knows all of them already
        for value, name in others._names.items():
            self.add(value, name.strip("«»").rstrip("0123456789 "))
        self._derived.update(others._derived)

    def see(self, exchange: Exchange) -> None:
        """Learn what an exchange gives away, however broken it is."""
        if not self.vault.learns:
            return
        parts = (exchange.answer, exchange.landing)
        if (id(parts[0]), id(parts[1])) in self._seen:
            return
        self._seen[id(parts[0]), id(parts[1])] = parts
        for kind, value in credentials(exchange):
            if not (self.vault.kinds and self._is_known(value)):
                self.add(value, kind)

    def _is_known(self, value: str) -> bool:
        """Whether a value is hidden already: it may be another spelling of a secret."""
        return value in self._names or self.vault.spelled_by(value) in self._names

    def line_of(
        self, exchange: Exchange, written: Callable[[Exchange, "Secrets"], dict[str, Any]]
    ) -> dict[str, Any]:
        """What is shown of an exchange: written once for all rows that share it."""
        if id(exchange) not in self._lines:
            self._lines[id(exchange)] = exchange, written(exchange, self)
        return self._lines[id(exchange)][1]

    def standing_in(self, text: str) -> list[str]:
        """The names of the secrets that stand in a text, in whatever encoding."""
        return list(dict.fromkeys(self._name(hit) for hit in self.vault.hits(text)))

    def redacted(self, value: Any) -> Any:
        """A JSON value without secrets, in whatever encoding they stand in it."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.member(key, member) for key, member in value.items()}
        if isinstance(value, list | tuple):
            return [self.redacted(member) for member in value]
        return value

    def text(self, text: str, longest: int | None = None) -> str:
        """A text, or so many of its first characters, with names in place of secrets.

        A secret that begins before the cut, and ends behind it, is found all the same.
        """
        if longest is None or longest >= len(text):
            hits, cut = self.vault.hits(text), len(text)
        else:
            hits, cut = self.vault.hits(text[: longest + LONGEST_SECRET]), longest
        shown = self._without_hits(text, hits, cut) if hits else text[:cut]
        return self._without_weak(shown) if self._has_weak else shown

    def _without_hits(self, text: str, hits: Sequence[SecretHit], cut: int) -> str:
        parts, at = list[str](), 0
        for hit in hits:
            if hit.start < cut:
                parts += [text[at : hit.start], self._name(hit)]
                at = hit.end
        return "".join([*parts, text[at:cut]])

    def member(self, name: object, value: Any) -> Any:
        """A value whose name says that it is secret is so even where it is a mere word."""
        if isinstance(value, str) and value in self._names and names_a_secret(str(name)):
            return self._names[value]
        return self.redacted(value)

    def _without_weak(self, text: str) -> str:
        """What would be found anywhere by chance is hidden where its name stands beside it."""
        parts, at = list[str](), 0
        for match in secret_names(text):
            parts += [text[at : match.start()], self._named(match)]
            at = match.end()
        return "".join([*parts, text[at:]])

    def _named(self, match: re.Match[str]) -> str:
        value = str(match[match.lastgroup or 0])
        name = self._names.get(value)
        return match[0] if name is None else match[0][: -len(value)] + name

    def _name(self, hit: SecretHit) -> str:
        return f"{self._name_of(hit.secret)[:-1]}{hit.note}»"

    def _name_of(self, secret: str) -> str:
        if secret in self._derived:
            source, change = self._derived[secret]
            return f"{self._name_of(source)[:-1]}, {change}»"
        return self._names.get(secret, f"«{self.vault.kinds[secret]} of this run»")
