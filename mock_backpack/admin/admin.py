"""From a request to a control to the operation that does it: who may, which one, with what."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import TypeAlias

from aiohttp import web
from attrs import frozen

from mock_backpack.admin.access import check_access
from mock_backpack.admin.call import AdminCall
from mock_backpack.errors import ApiError
from mock_backpack.sandbox import Sandbox, Sandboxes
from mock_backpack.settings import Settings

Operation: TypeAlias = Callable[[AdminCall], Awaitable[web.StreamResponse]]


@frozen
class Place:
    """A path of the controls, with its operations by method."""

    pattern: re.Pattern[str]
    operations: Mapping[str, Operation]


@cache
def places() -> tuple[Place, ...]:
    """All paths of the controls."""
    from mock_backpack.admin.operations import OPERATIONS  # noqa: PLC0415 - for those who ask

    found: dict[str, dict[str, Operation]] = {}
    for (method, path), operation in OPERATIONS.items():
        found.setdefault(path, {})[method] = operation
    return tuple(Place(_pattern(path), operations) for path, operations in found.items())


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


@frozen
class Admin:
    """The controls of a mock."""

    settings: Settings
    sandboxes: Sandboxes

    def lets_in(self, request: web.Request) -> bool:
        """Whether a request may use the controls."""
        try:
            check_access(request, self.settings.admin_token)
        except ApiError:
            return False
        return True

    async def answer(
        self, request: web.Request, sandbox: Sandbox, path: str, body: bytes
    ) -> web.StreamResponse:
        """Do what a request asks of a sandbox's controls.

        Raises:
            ApiError: 401 or 403 when it may not, 404 or 405 when there is no such operation,
                400 when it asks for something that cannot be done.
        """
        check_access(request, self.settings.admin_token)
        inner = path.removeprefix("/_mock")
        for place in places():
            if found := place.pattern.fullmatch(inner):
                operation = place.operations.get(request.method)
                if operation is None:
                    raise _not_allowed(request.method, path, place)
                call = AdminCall(request, sandbox, self.sandboxes, found.groupdict(), body)
                return await operation(call)
        raise ApiError(404, f"404 Not Found: no control at {path[:200]}")


def _not_allowed(method: str, path: str, place: Place) -> ApiError:
    allow = ", ".join(place.operations)
    message = f"405 Method Not Allowed: expected {allow} for {path[:200]}, saw {method}"
    return ApiError(405, message, headers={"Allow": allow})
