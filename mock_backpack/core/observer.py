"""The observer of a sandbox, as far as the sandbox knows it."""

from typing import Any, Protocol

from attrs import frozen

from mock_backpack.core.consent import Choice
from mock_backpack.core.settings import Shape


class Judging(Protocol):
    """Judges what issuers push; what a judgement is, only APIs and observers know."""

    async def award(self, pushed: str) -> Any:
        """Judging what was pushed."""


@frozen
class SituationPlace:
    """The situation of a sandbox and its addresses, as a snapshot stores them."""

    situation: str
    elsewhere: str
    """``http://host:port`` of the mock's other socket, without a slash."""
    foreign: str
    """The address there that no issuer has a reason to trust."""


class Observer(Protocol):
    """Prepares a sandbox, and looks on while it is used.

    ``prefix`` is the path of the sandbox below the mock.
    """

    @property
    def name(self) -> str:
        """The situation into which it puts the sandbox."""

    @property
    def choice(self) -> Choice:
        """The automatic answer of the access page, and its earner."""

    def begin(self) -> None:
        """Forget all observations: the sandbox was reset."""

    def shape(self, usual: Shape) -> Shape:
        """What the sandbox starts with."""

    def rules(self, prefix: str) -> list[str]:
        """What is armed, in words."""

    def judging(self, judge: Any) -> Any:
        """A judge of an API that judges in the same way, and lets the observer look on."""

    def api_root(self, usual: str, prefix: str) -> str:
        """The ``api_root`` that issuers receive."""

    def tells(self, url: str, prefix: str) -> dict[str, str]:
        """The values that an issuer needs for the sandbox at ``url``, by the names of variables."""

    def place(self, prefix: str) -> SituationPlace:
        """Where it is."""
