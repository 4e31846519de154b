"""The situations that an issuer can be put into: one file of data."""

import difflib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from attrs import evolve, field, frozen

from mock_backpack.core.quoting import quoted
from mock_backpack.core.settings import Shape

FILE = "situations.toml"
EARNER = "ada@example.org"
"""The earner to whom the issuer shall award badges."""


class UnknownSituation(ValueError):
    """Somebody asked for a situation that there is not."""


@frozen(kw_only=True)
class Situation:
    """One way of preparing a sandbox, and what a good issuer is seen to do in it."""

    id: str
    title: str
    does: str
    """The behaviour of the Backpack, the earner or the network."""
    sees: str
    """The behaviour that a good issuer shows in the end."""
    tests: tuple[str, ...]
    """The requirements of the role issuer that it puts to the test."""
    awards: int = 1
    """How many badges the issuer should award."""
    at_once: bool = False
    """Whether it should push them all at the same time."""
    consent: Literal["grant", "deny"] = "grant"
    earner: str = EARNER
    """The earner who answers on the access page."""
    api_root: Literal["here", "elsewhere", "planted"] = "here"
    expires: int | None = None
    token_length: int | None = None
    token_marks: str = ""
    rules: tuple[str, ...] = field(factory=tuple)
    """Rules as text; ``{elsewhere}`` is replaced by a foreign address."""

    def shape(self, usual: Shape) -> Shape:
        """The settings of a sandbox in this situation."""
        return evolve(
            usual,
            expires=self.expires or usual.expires,
            token_length=self.token_length or usual.token_length,
            token_marks=self.token_marks,
        )

    def to_wire(self) -> dict[str, Any]:
        """The situation as a JSON object, for those who list them."""
        return {
            "id": self.id,
            "title": self.title,
            "does": self.does,
            "sees": self.sees,
            "tests": list(self.tests),
            "awards": self.awards,
            "at_once": self.at_once,
            "earner": self.earner,
        }


@cache
def situations() -> Mapping[str, Situation]:
    """All situations by name, in the order of the file."""
    import tomllib  # noqa: PLC0415 - a mock without situations reads none

    text = files("mock_backpack.issuer").joinpath(FILE).read_text(encoding="utf-8")
    listed = [_situation(raw) for raw in tomllib.loads(text)["situation"]]
    return MappingProxyType({entry.id: entry for entry in listed})


def _situation(raw: Mapping[str, Any]) -> Situation:
    several = {name: tuple(raw.get(name, ())) for name in ("tests", "rules")}
    return Situation(**{**raw, **several})


def situation(name: str) -> Situation:
    """The situation with this name.

    Raises:
        UnknownSituation: with the names that come close.
    """
    named = situations().get(name)
    if named is None:
        close = difflib.get_close_matches(name.lower(), situations(), n=3)
        advice = f"did you mean {' or '.join(close)}?" if close else f"there are {_names()}"
        raise UnknownSituation(f"no situation is called {quoted(name)}: {advice}")
    return named


def _names() -> str:
    return ", ".join(situations())
