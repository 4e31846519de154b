"""Options of ``serve`` that give the command one value in place of many."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeAlias

import click

from mock_backpack.cli.grouping import group
from mock_backpack.cli.options import some_seconds, utf8_text
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.settings import (
    LONGEST_LIFE,
    LONGEST_TOKEN,
    SHORTEST_TOKEN,
    Bounds,
    Shape,
)

Command: TypeAlias = Callable[..., Any]
Decorator: TypeAlias = Callable[[Command], Command]
OWN = Shape()
USUAL = Bounds()
FETCH = FetchPolicy()
LONGEST_FETCH = 24 * 3600.0
"""Seconds."""


_tokens = group("Tokens")
_fetching = group("Fetching of badges")
_limit = group("Limits")


def _gathered(name: str, make: Callable[..., Any], *options: Decorator) -> Decorator:
    """A decorator: the command has ``options``, and is called with what ``make`` makes of them."""
    parameters = signature(make).parameters

    def decorate(command: Command) -> Command:
        @wraps(command)
        def call(*args: Any, **values: Any) -> Any:
            own = {key: values.pop(key) for key in parameters if key in values}
            return command(*args, **values, **{name: make(**own)})

        decorated: Command = call
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def _bound(name: str, member: str, text: str, most: int = 10**12) -> Decorator:
    default = getattr(USUAL, member)
    kind = click.IntRange(1, most)
    return _limit(name, member, default=default, show_default=True, type=kind, help=text)


shape_options = _gathered(
    "shape",
    Shape,
    _tokens(
        "--expires",
        default=OWN.expires,
        show_default=True,
        type=click.IntRange(1, LONGEST_LIFE),
        help="Lifetime of an access token in seconds.",
    ),
    _tokens(
        "--token-length",
        default=OWN.token_length,
        show_default=True,
        type=click.IntRange(SHORTEST_TOKEN, LONGEST_TOKEN),
        help="Length of a token in characters.",
    ),
    _tokens(
        "--seed",
        callback=utf8_text,
        help="Make tokens, salts and probabilities reproducible; for tests only.",
    ),
)
"""Gives a command ``shape``: what a sandbox starts with."""

fetch_options = _gathered(
    "fetch",
    FetchPolicy,
    _fetching(
        "--fetch-allow",
        "allowed",
        multiple=True,
        metavar="HOST",
        help="Fetch badges from this host, * matches any part; can be repeated. "
        "Default: from everywhere when listening on loopback, else from this machine only.",
    ),
    _fetching(
        "--fetch-deny",
        "denied",
        multiple=True,
        metavar="HOST",
        help="Never fetch badges from this host; can be repeated.",
    ),
    _fetching(
        "--fetch-seconds",
        "seconds",
        default=FETCH.seconds,
        show_default=True,
        type=click.FloatRange(0.01, LONGEST_FETCH),
        callback=some_seconds,
        help="Timeout for a document of an issuer.",
    ),
    _fetching(
        "--fetch-bytes",
        "most_bytes",
        default=FETCH.most_bytes,
        show_default=True,
        type=click.IntRange(1, 10**12),
        help="Maximum size of an issuer's document in bytes.",
    ),
    _fetching(
        "--fetch-redirects",
        "redirects",
        default=FETCH.redirects,
        show_default=True,
        type=click.IntRange(1, 1000),
        help="Maximum number of redirects when fetching a document.",
    ),
)
"""Gives a command ``fetch``: how documents are fetched; nobody is allowed by default."""

bound_options = _gathered(
    "bounds",
    Bounds,
    _bound("--max-body", "body_bytes", "Maximum size of a request body in bytes."),
    _bound("--max-snapshot", "snapshot_bytes", "Maximum size of a snapshot to restore in bytes."),
    _bound(
        "--max-header",
        "header_bytes",
        "Maximum size of a request line or a header in bytes.",
        2**24,
    ),
    _bound("--max-sandboxes", "sandboxes", "Maximum number of sandboxes."),
    _bound("--max-earners", "earners", "Maximum number of earners per sandbox."),
    _bound("--max-grants", "grants", "Maximum number of grants per sandbox."),
    _bound("--max-badges", "badges", "Maximum number of badges per sandbox."),
    _bound("--journal", "journal", "Number of exchanges that the journal of a sandbox keeps."),
)
"""Gives a command ``bounds``: how much of everything a mock holds or takes."""
