"""From a request to a control to the operation that does it: who may, which one, with what."""

import re
from collections.abc import Mapping
from functools import cache

from aiohttp import web
from attrs import frozen
from multidict import MultiMapping

from mock_backpack.control.access import check_access
from mock_backpack.control.call import AdminCall, Operation
from mock_backpack.core.errors import ApiError
from mock_backpack.core.quoting import suggestion
from mock_backpack.core.sandbox import Sandbox, Sandboxes
from mock_backpack.core.settings import Settings

ADMIN_ROOT = "/_mock"
ADMIN_PATH = f"{ADMIN_ROOT}/"
RESTORE_PATH = f"{ADMIN_PATH}restore"


@frozen
class Location:
    """A path of the admin API, with its operations by method."""

    path: str
    pattern: re.Pattern[str]
    operations: Mapping[str, Operation]
    queries: Mapping[str, tuple[str, ...]]
    """The parameters that each operation takes, by its method."""


@cache
def places() -> tuple[Location, ...]:
    """All paths of the admin API."""
    # with the issuer's judges behind them they take as long to load as all the rest of the mock
    from mock_backpack.control.operations import OPERATIONS, QUERIES  # noqa: PLC0415

    operations: dict[str, dict[str, Operation]] = {}
    queries: dict[str, dict[str, tuple[str, ...]]] = {}
    for (method, path), operation in OPERATIONS.items():
        operations.setdefault(path, {})[method] = operation
        queries.setdefault(path, {})[method] = QUERIES.get((method, path), ())
    return tuple(
        Location(path, _pattern(path), by_method, queries[path])
        for path, by_method in operations.items()
    )


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


@frozen
class Admin:
    """The admin API of a mock."""

    settings: Settings
    sandboxes: Sandboxes

    def lets_in(self, request: web.Request) -> bool:
        """Whether a request may use the admin API."""
        try:
            check_access(request, self.settings.admin_token, self.sandboxes.addresses)
        except ApiError:
            return False
        return True

    async def answer(
        self, request: web.Request, sandbox: Sandbox, path: str, body: bytes
    ) -> web.StreamResponse:
        """Handle a request to the admin API of a sandbox.

        Raises:
            ApiError: 401 or 403 when it may not, 404 or 405 when there is no such operation,
                400 when it asks for something that cannot be done.
        """
        check_access(request, self.settings.admin_token, self.sandboxes.addresses)
        inner = path.removeprefix(ADMIN_ROOT)
        for place in places():
            if match := place.pattern.fullmatch(inner):
                operation = place.operations.get(request.method)
                if operation is None:
                    raise _not_allowed(request.method, path, place)
                _check_query(request.query, place.queries[request.method])
                call = AdminCall(request, sandbox, self.sandboxes, match.groupdict(), body)
                return await operation(call)
        paths = [place.path for place in places()]
        raise ApiError(
            404, f"404 Not Found: no operation at {path[:200]}{suggestion(paths, inner)}"
        )


def _check_query(query: MultiMapping[str], known: tuple[str, ...]) -> None:
    """A parameter that is mistyped, or there twice, would be overlooked in silence.

    Raises:
        ApiError: 400 when there is one.
    """
    for name in query:
        if name not in known:
            names = f"one of {', '.join(known)}" if known else "no parameters"
            raise ApiError(400, f"{name[:80]}: expected {names}{suggestion(known, name)}")
        if len(query.getall(name)) > 1:
            raise ApiError(400, f"{name}: expected it once")


def _not_allowed(method: str, path: str, place: Location) -> ApiError:
    allow = ", ".join(place.operations)
    message = f"405 Method Not Allowed: expected {allow} for {path[:200]}, saw {method}"
    return ApiError(405, message, headers={"Allow": allow})
