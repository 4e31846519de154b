"""A situation: one way of preparing a sandbox, and what a good issuer is seen to do in it."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import evolve, field, frozen

from mock_backpack.core.settings import Shape

EARNER = "ada@example.org"
"""The earner to whom the issuer shall award badges."""


@frozen(kw_only=True)
class Situation:
    """One way of preparing a sandbox, and what a good issuer is seen to do in it."""

    id: str
    api: str
    """The API that it is of."""
    judges: str
    """Who judges in it: the name of an `IssuerApi`."""
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
    tells: Mapping[str, str] = field(factory=dict)
    """Further values for the issuer, by name; ``{url}`` stands for the sandbox, ``{other}`` for the
    same one on the mock's other socket."""

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
            "api": self.api,
            "title": self.title,
            "does": self.does,
            "sees": self.sees,
            "tests": list(self.tests),
            "awards": self.awards,
            "at_once": self.at_once,
            "earner": self.earner,
        }


def see(current: Situation | None, *names: str) -> str:
    """A hint at the situations that put a requirement to the test, or that this is one of them."""
    is_here = current is not None and current.id in names
    return "this situation tests it" if is_here else f"see {' and '.join(names)}"
