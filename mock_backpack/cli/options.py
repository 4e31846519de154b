"""Checks of option values that no click type provides."""

import math

import click

from mock_backpack.core.origin import web_url
from mock_backpack.core.quoting import quoted


def some_seconds(_ctx: click.Context, _option: click.Parameter, value: float) -> float:
    """A number of seconds."""
    if math.isnan(value):
        raise click.BadParameter("expected seconds, saw nan")
    return value


def outer_url(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A URL that paths can follow, without a slash at its end."""
    url = None if value is None else web_url(value)
    if value is None or (url is not None and not url.parts.query and not url.parts.fragment):
        return value and value.rstrip("/")
    raise click.BadParameter(f"expected an http(s) URL without a query, saw {quoted(value)}")


def host_names_of(
    _ctx: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Names of hosts, without ports."""
    for value in values:
        url = web_url(f"http://{value}/")
        if url is None or url.parts.port is not None or url.parts.path != "/":
            raise click.BadParameter(f"expected the name of a host, saw {quoted(value)}")
    return values


def utf8_text(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A text that can be written down."""
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        raise click.BadParameter("expected text in UTF-8") from error
    return value
