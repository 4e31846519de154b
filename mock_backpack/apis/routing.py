"""Which handler of which API answers a path of a sandbox."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from aiohttp import web
from attrs import frozen

from mock_backpack.apis.api import ANY, Api, Handler
from mock_backpack.core.errors import ApiError
from mock_backpack.core.sandbox import Sandbox

Answering: TypeAlias = Callable[[Sandbox, web.Request], Awaitable[web.StreamResponse]]
Dress: TypeAlias = Callable[[ApiError], ApiError]


@frozen
class Way:
    """The destination of a request within a sandbox."""

    endpoint: str
    """Its name in rules and in the journal; ``""`` for an unknown path."""
    answer: Answering
    dress: Dress | None = None
    """See `Api.dress`."""


class Routing:
    """The ways into all APIs of a mock."""

    def __init__(self, apis: Iterable[Api]) -> None:
        """Each path belongs to one API.

        Raises:
            ValueError: when two of them have the same.
        """
        self._ways: dict[str, dict[str, Way]] = {}
        self._below: dict[str, Way] = {}
        self._lost: dict[str, str] = {}
        for api in apis:
            if both := self._ways.keys() & api.routes.keys():
                raise ValueError(f"{api.name}: {min(both)} is a path of another API")
            for path, methods in api.routes.items():
                self._ways[path] = {
                    method: Way(route.endpoint, _within(api.name, route.handler), api.dress)
                    for method, route in methods.items()
                }
            for beginning, route in api.below.items():
                answer = _within(api.name, route.handler)
                self._below[beginning] = Way(route.endpoint, answer, api.dress)
            self._lost.update(api.lost)

    def way(self, path: str, method: str) -> Way:
        """Answers a request: a handler, or a refusal."""
        methods = self._ways.get(path)
        if methods is None:
            below = (way for start, way in self._below.items() if path.startswith(start))
            if (lost := next(below, None)) is not None:
                return lost
            last = path.rstrip("/").rpartition("/")[2]
            message = f"404 Not Found: {method} {path[:200]}"
            return Way("", refusing(ApiError(404, message, requirement=self._lost.get(last, ""))))
        way = methods.get("GET" if method == "HEAD" else method) or methods.get(ANY)
        if way is not None:
            return way
        head = ("HEAD",) if "GET" in methods else ()
        allow = {"Allow": ", ".join(sorted((*methods, *head)))}
        message = f"405 Method Not Allowed: {method} {path[:200]}"
        refusal = ApiError(405, message, headers=allow)
        own = next(iter(methods.values()))
        return Way(own.endpoint, refusing(refusal), own.dress)


def _within(name: str, handler: Handler) -> Answering:
    def answer(sandbox: Sandbox, request: web.Request) -> Awaitable[web.StreamResponse]:
        return handler(sandbox.handlers[name], request)

    return answer


def refusing(refusal: ApiError) -> Answering:
    """A way that ends in a refusal."""

    async def refuse(_sandbox: Sandbox, _request: web.Request) -> web.StreamResponse:
        raise refusal

    return refuse
