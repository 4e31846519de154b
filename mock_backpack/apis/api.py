"""An API as a value: all that the mock knows of one."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from aiohttp import web
from attrs import field, frozen

from mock_backpack.core.backpack import Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import Exchange
from mock_backpack.core.sandbox import Sandbox

Handler: TypeAlias = Callable[[Any, web.Request], Awaitable[web.StreamResponse]]
"""Answers a request; called with what `Api.handlers` made for the sandbox."""
ANY = "*"
"""Of the methods of a path: all that are not named."""


@frozen
class Route:
    """The handler of a path, and its name in rules and in the journal."""

    endpoint: str
    handler: Handler


Routes: TypeAlias = Mapping[str, Mapping[str, Route]]
"""By path within a sandbox, then by method."""


@frozen
class GrantOrder:
    """A grant that somebody wants without a browser."""

    root: str
    """The URL at which the client reaches the mock, without a trailing slash."""
    earner: str
    origin: str
    """The issuer's."""
    scopes: tuple[str, ...] | None
    """``None`` for those that issuers usually have."""


Granting: TypeAlias = Callable[[Sandbox, GrantOrder], tuple[Grant, dict[str, str]]]
"""Makes a grant; returns it, and the parameters that its issuer receives."""


@frozen(eq=False)
class Api:
    """One of the APIs that a Backpack offers; several may be served by one mock."""

    name: str
    routes: Routes
    endpoints: tuple[str, ...]
    """Those at which rules can act, in the order in which lists have them."""
    handlers: Callable[[Sandbox], Any]
    """Makes what answers the requests in one sandbox."""
    grant: Granting
    """Grants an issuer access without a browser."""
    recognise: Callable[[Exchange], None]
    """Learns from the tokens of a request whose it is, without judging it."""
    defects: tuple[str, ...]
    """The packages of its defects; see `Misbehaviours`."""
    facts: Mapping[str, str] = field(factory=dict)
    """Its requirement for each fact that defects of a shared package name."""
    dialects: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """By the name of a family of Backpacks: the defects that are usual there."""
    requirements: tuple[str, ...] = ()
    """Those of the role issuer that a refusal of one request may name."""
    below: Mapping[str, Route] = field(factory=dict)
    """By the beginning of a path: what answers all paths below it that are in no route."""
    dress: Callable[[ApiError], ApiError] | None = None
    """Makes of a refusal that any API could have, such as of a body that is too long, one in the
    form of this API."""
    lost: Mapping[str, str] = field(factory=dict)
    """Last segments of paths that are asked for in the wrong place, and the requirement of the
    role issuer that this breaks."""

    @property
    def journalled(self) -> tuple[str, ...]:
        """The names of its paths in the journal, in the order of the routes."""
        routes = (route for methods in self.routes.values() for route in methods.values())
        return tuple(dict.fromkeys(route.endpoint for route in routes))
