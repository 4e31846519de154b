"""The refusals of the mock, in the format of the API."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen


@frozen
class ApiError(Exception):
    """A refused request; answered as JSON with ``message``, or as historical text."""

    status: int
    message: str
    details: Mapping[str, Any] = field(factory=dict)
    """Further members beside ``message``: where the trouble is, what was expected there."""
    headers: Mapping[str, str] = field(factory=dict)
    requirement: str = ""
    """The requirement of the role issuer that the request broke, such as ``BC-CLIENT-01``."""
    body: Mapping[str, Any] | None = None
    """The whole JSON body, for an API that does not put ``message`` into it."""
    as_text: bool = False
    """The token endpoint of the historical server refused in plain text."""


@frozen
class PageError(Exception):
    """A refused request of a page: shown to the earner as text, never redirected anywhere."""

    status: int
    message: str


class Unable(OSError):
    """The mock itself cannot do now what it should; that is nobody else's mistake."""


@frozen
class Full(Exception):
    """A bound is reached: the mock takes no more of something."""

    what: str
    most: int

    def __str__(self) -> str:
        return f"{self.what}: this mock holds at most {self.most}"


class Unsaved(Exception):
    """The last changes could not be saved when the mock stopped."""
