"""The answer of the access page in place of an earner."""

from typing import Literal, TypeAlias

from attrs import evolve, frozen

from mock_backpack.core.changes import Changes

Answer: TypeAlias = Literal["grant", "deny", "page"]


@frozen
class Choice:
    """The automatic answer of the access page, and how often it is given."""

    answer: Answer = "page"
    earner: str | None = None
    times: int | None = None
    """``None`` for always."""


class Consent:
    """The choice that holds in a sandbox."""

    def __init__(self, changes: Changes | None = None) -> None:
        self._changes = changes or Changes()
        self.choice = Choice()

    def choose(self, choice: Choice) -> None:
        """From now on, this."""
        self.choice = choice
        self._changes.note()

    def take(self) -> Answer:
        """The answer to this request; counts it."""
        choice = self.choice
        if choice.answer == "page" or choice.times == 0:
            return "page"
        if choice.times is not None:
            self.choose(evolve(choice, times=choice.times - 1))
        return choice.answer
