"""One request to the admin API: which sandbox, which parameters, which body."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from aiohttp import web
from attrs import frozen

from mock_backpack.control.filters import whole as whole_number
from mock_backpack.core.errors import ApiError
from mock_backpack.core.orders import BadRule, seconds_of
from mock_backpack.core.quoting import quoted, suggestion
from mock_backpack.core.sandbox import Sandbox, Sandboxes
from mock_backpack.core.strict_json import DEEPEST, NotJson, strict_json


@frozen
class AdminCall:
    """The input of an operation."""

    request: web.Request
    sandbox: Sandbox
    sandboxes: Sandboxes
    path: Mapping[str, str]
    """The variable parts of the path."""
    body: bytes

    @property
    def root(self) -> str:
        """The address at which the client reaches the mock, without a trailing slash."""
        return self.sandboxes.addresses.root(self.request)

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the query; each comes once."""
        return self.request.query

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number from the query.

        Raises:
            ApiError: 400 when it is none, or not within bounds.
        """
        value = self.query.get(name, str(default))
        try:
            number = whole_number(value)
        except ValueError as error:
            raise ApiError(400, f"{name}: {error}") from error
        if not least <= number <= most:
            expected = f"a whole number from {least} to {most}"
            raise ApiError(400, f"{name}: expected {expected}, saw {quoted(value)}")
        return number

    def json(self, deepest: int = DEEPEST) -> Any:
        """The body as JSON of at most so many levels; ``{}`` when there is none.

        Raises:
            ApiError: 400 when it is something else.
        """
        try:
            return strict_json(self.body, deepest) if self.body.strip() else {}
        except NotJson as error:
            raise ApiError(400, f"body: {error}") from error

    def members(self, *known: str) -> dict[str, Any]:
        """The body as a JSON object that has none but these members.

        Raises:
            ApiError: 400 when it is something else.
        """
        value = self.json()
        if not isinstance(value, dict):
            raise ApiError(400, "body: expected a JSON object")
        for name in value:
            if name not in known:
                raise ApiError(
                    400, f"{name}: expected one of {', '.join(known)}{suggestion(known, name)}"
                )
        return value

    def seconds(self, name: str, default: float, most: float) -> float:
        """Seconds from the query.

        Raises:
            ApiError: 400 when they are none, or too many.
        """
        value = self.request.query.get(name)
        if value is None:
            return default
        try:
            seconds = seconds_of(name, value)
        except BadRule as error:
            raise ApiError(400, str(error)) from error
        if seconds > most:
            raise ApiError(400, f"{name}: expected at most {most:g} seconds, saw {quoted(value)}")
        return seconds


Operation: TypeAlias = Callable[[AdminCall], Awaitable[web.StreamResponse]]
"""Handles a request to the admin API."""


def text(members: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A member that must be a text.

    Raises:
        ApiError: 400 when it is none.
    """
    value = members.get(name, default)
    if not isinstance(value, str) or not value:
        raise ApiError(400, f"{name}: expected a text, saw {quoted(value)}")
    return value


def whole(members: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    """A member that must be a whole number within bounds.

    Raises:
        ApiError: 400 when it is none.
    """
    value = members.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        expected = f"a whole number from {least} to {most}"
        raise ApiError(400, f"{name}: expected {expected}, saw {quoted(value)}")
    return value
