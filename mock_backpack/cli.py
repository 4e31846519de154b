"""The command ``mock-backpack``."""

import asyncio
import logging
import os

import click

from mock_backpack.app import create_app
from mock_backpack.catalogue import UnknownDefect, defects
from mock_backpack.server import PortInUse, serve
from mock_backpack.version import VERSION


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="mock-backpack")
def main() -> None:
    """A mock of Mozilla's Backpack, for testing badge issuers."""


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8765,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--expires",
    default=3600,
    show_default=True,
    type=click.IntRange(1),
    help="Life of an access token in seconds.",
)
@click.option(
    "--defect",
    "wanted",
    multiple=True,
    metavar="NAME",
    help="Be wrong in this way; may be given several times. See: mock-backpack defects.",
)
def serve_command(host: str, port: int, expires: int, wanted: tuple[str, ...]) -> None:
    """Serve a Backpack until Ctrl-C, all in memory.

    Load <URL>/issuer.js in your page, or send the earner to <URL>/access, and use the api_root
    that your callback is told. Any e-mail address logs in.
    """
    try:
        app = create_app(expires=expires, defects=wanted)
    except UnknownDefect as error:
        raise click.UsageError(str(error)) from error
    # What aiohttp cannot parse it answers by itself, and tells with a traceback.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    try:
        asyncio.run(serve(app, host, port, _say_ready))
    except PortInUse as error:
        raise click.UsageError(
            f"port {port} of {host} is in use by another process; "
            "choose another with --port, or --port 0 for any free one"
        ) from error
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise click.UsageError(f"cannot listen on {host}:{port}: {why}") from error


def _say_ready(url: str) -> None:
    click.echo(f"mock-backpack ready at {url}")


@main.command("defects")
def defects_command() -> None:
    """List the ways in which this mock can be wrong."""
    for one in defects().values():
        click.echo(f"{one.name:<36} {one.does}  [{', '.join(one.breaks)}]")
