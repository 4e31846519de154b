"""The command ``mock-backpack``."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
from aiohttp import web

from mock_backpack.app import MOCK, create_app
from mock_backpack.cli.command import Group
from mock_backpack.cli.listing import as_lines, as_markdown
from mock_backpack.cli.options import host_names_of, outer_url, some_seconds, utf8_text
from mock_backpack.cli.terminal import say
from mock_backpack.cli.validate import validate
from mock_backpack.core.errors import Unsaved
from mock_backpack.core.fetching import FetchPolicy, is_loopback
from mock_backpack.core.orders import BadRule
from mock_backpack.core.settings import (
    LONGEST_LIFE,
    LONGEST_TOKEN,
    SHORTEST_TOKEN,
    Bounds,
    Settings,
    Shape,
)
from mock_backpack.core.strict_json import NotJson, strict_json
from mock_backpack.faults.catalogue import CATALOGUE
from mock_backpack.http.process import collect_garbage_seldom, loop_factory
from mock_backpack.server import PortInUse, serve
from mock_backpack.version import VERSION

log = logging.getLogger("mock_backpack")
Command = TypeVar("Command", bound=Callable[..., Any])
OWN = Shape()
USUAL = Bounds()
FETCH = FetchPolicy()
LONGEST_FETCH = 24 * 3600.0
"""Seconds."""


@click.group("mock-backpack", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="mock-backpack")
def main() -> None:
    """A mock of Mozilla's Backpack, for testing badge issuers."""


main.add_command(validate)


def _bound(
    name: str, default: int, help_text: str, most: int = 10**12
) -> Callable[[Command], Command]:
    return click.option(
        name, default=default, show_default=True, type=click.IntRange(1, most), help=help_text
    )


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
    "--second-port",
    default=0,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port that situations with the API elsewhere use; 0 picks a free one.",
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the URL to this file when the mock is ready.",
)
@click.option(
    "--expires",
    default=OWN.expires,
    show_default=True,
    type=click.IntRange(1, LONGEST_LIFE),
    help="Lifetime of an access token in seconds.",
)
@click.option(
    "--token-length",
    default=OWN.token_length,
    show_default=True,
    type=click.IntRange(SHORTEST_TOKEN, LONGEST_TOKEN),
    help="Length of a token in characters.",
)
@click.option(
    "--seed",
    callback=utf8_text,
    help="Make tokens, salts and probabilities reproducible; for tests only.",
)
@click.option(
    "--defect",
    "defects",
    multiple=True,
    metavar="NAME",
    help="Enable this defect; can be repeated. See: mock-backpack defects.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="RULE",
    help="Inject this fault, such as 'http.unavailable endpoint=issue count=2'; can be repeated. "
    "See: mock-backpack faults.",
)
@click.option(
    "--scenario",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Add the rules of this JSON file: a list, or an object with the member rules.",
)
@click.option(
    "--fetch-allow",
    multiple=True,
    metavar="HOST",
    help="Fetch badges from this host, * matches any part; can be repeated. "
    "Default: from everywhere when listening on loopback, else from this machine only.",
)
@click.option(
    "--fetch-deny",
    multiple=True,
    metavar="HOST",
    help="Never fetch badges from this host; can be repeated.",
)
@click.option(
    "--fetch-seconds",
    default=FETCH.seconds,
    show_default=True,
    type=click.FloatRange(0.01, LONGEST_FETCH),
    callback=some_seconds,
    help="Timeout for a document of an issuer.",
)
@_bound("--fetch-bytes", FETCH.most_bytes, "Maximum size of an issuer's document in bytes.")
@_bound(
    "--fetch-redirects",
    FETCH.redirects,
    "Maximum number of redirects when fetching a document.",
    1000,
)
@click.option(
    "--url",
    callback=outer_url,
    metavar="URL",
    help="Where others reach this mock through a proxy, such as https://mock.example.org/backpack; "
    "the proxy removes the path of the URL.",
)
@click.option(
    "--host-name",
    "host_names",
    multiple=True,
    metavar="NAME",
    callback=host_names_of,
    help="Answer requests for this host name as well, such as that of a container; can be "
    "repeated. With --admin-token any name is answered.",
)
@click.option(
    "--admin-token",
    envvar="MOCK_BACKPACK_ADMIN_TOKEN",
    help="Bearer token for the admin API below /_mock/; required when "
    "listening on anything but loopback.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Store all sandboxes, except their journals, in this file across restarts.",
)
@_bound("--max-body", USUAL.body_bytes, "Maximum size of a request body in bytes.")
@_bound("--max-snapshot", USUAL.snapshot_bytes, "Maximum size of a snapshot to restore in bytes.")
@_bound(
    "--max-header",
    USUAL.header_bytes,
    "Maximum size of a request line or a header in bytes.",
    2**24,
)
@_bound("--max-sandboxes", USUAL.sandboxes, "Maximum number of sandboxes.")
@_bound("--max-earners", USUAL.earners, "Maximum number of earners per sandbox.")
@_bound("--max-grants", USUAL.grants, "Maximum number of grants per sandbox.")
@_bound("--max-badges", USUAL.badges, "Maximum number of badges per sandbox.")
@_bound("--journal", USUAL.journal, "Number of exchanges that the journal of a sandbox keeps.")
@click.option("-v", "--verbose", is_flag=True, help="Log every request.")
def serve_command(
    host: str,
    port: int,
    second_port: int,
    ready_file: Path | None,
    expires: int,
    token_length: int,
    seed: str | None,
    defects: tuple[str, ...],
    faults: tuple[str, ...],
    scenario: Path | None,
    fetch_allow: tuple[str, ...],
    fetch_deny: tuple[str, ...],
    fetch_seconds: float,
    fetch_bytes: int,
    fetch_redirects: int,
    url: str | None,
    host_names: tuple[str, ...],
    admin_token: str | None,
    state: Path | None,
    max_body: int,
    max_snapshot: int,
    max_header: int,
    max_sandboxes: int,
    max_earners: int,
    max_grants: int,
    max_badges: int,
    journal: int,
    verbose: bool,  # noqa: FBT001 - click gives it by name
) -> None:
    """Serve a Backpack until Ctrl-C, all in memory.

    Load <URL>/issuer.js in your page, or send the earner to <URL>/access, and use the api_root
    that your callback receives. Any e-mail address logs in. Tests use the admin API below
    <URL>/_mock/: sandboxes, clock, faults, journal.
    """
    if not is_loopback(host) and admin_token is None:
        raise click.UsageError(f"--host {host} needs --admin-token: others can reach the admin API")
    if url is not None and not is_loopback(urlsplit(url).hostname or "") and admin_token is None:
        raise click.UsageError(f"--url {url} needs --admin-token: others can reach the admin API")
    settings = Settings(
        Shape(expires, token_length, seed=seed),
        Bounds(
            body_bytes=max_body,
            snapshot_bytes=max_snapshot,
            header_bytes=max_header,
            sandboxes=max_sandboxes,
            earners=max_earners,
            grants=max_grants,
            badges=max_badges,
            journal=journal,
        ),
        FetchPolicy(
            fetch_allow or (("*",) if is_loopback(host) else ()),
            fetch_deny,
            fetch_bytes,
            fetch_seconds,
            fetch_redirects,
        ),
        second_port,
        url,
        host_names,
        admin_token,
    )
    try:
        rules = [*faults, *(_rules_of(scenario) if scenario else ())]
        app = create_app(settings, defects=defects, rules=rules)
    except BadRule as error:
        raise click.UsageError(str(error)) from error
    if state is not None:
        _take_up(state, app)
    logging.basicConfig(format="%(message)s")
    log.setLevel(logging.INFO)
    _serve(app, host, port, ready_file, log.getChild("access") if verbose else None)
    for rule in app[MOCK].sandboxes.root.rules:
        if not rule.fired:
            say(f"armed, never fired: {rule.name}", err=True)


def _serve(
    app: web.Application,
    host: str,
    port: int,
    ready_file: Path | None,
    access_log: logging.Logger | None,
) -> None:
    collect_garbage_seldom()
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve(app, host, port, lambda url: _say_ready(url, ready_file), access_log))
    except PortInUse as error:
        raise click.UsageError(
            f"{error.strerror} by another process; "
            "choose another with --port or --second-port, or --port 0 for any free one"
        ) from error
    except Unsaved as error:
        raise click.ClickException(f"--state {error}") from error
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise click.UsageError(f"cannot listen on {host}:{port}: {why}") from error


def _rules_of(path: Path) -> list[Any]:
    try:
        value = strict_json(path.read_bytes())
    except OSError as error:
        raise BadRule(f"{path}: {error.strerror}") from error
    except NotJson as error:
        raise BadRule(f"{path}: {error}") from error
    rules = value.get("rules") if isinstance(value, dict) else value
    if not isinstance(rules, list):
        raise BadRule(f"{path}: expected a list of rules, or an object with the member rules")
    return rules


def _take_up(path: Path, app: web.Application) -> None:
    # slow to load, and most mocks keep nothing
    from mock_backpack.persistence.state import BadState, Keeper  # noqa: PLC0415

    keeper = Keeper(path, app[MOCK].sandboxes)
    try:
        keeper.begin(app[MOCK].settings.second_port)
    except BadState as error:
        raise click.UsageError(f"--state {error}") from error
    except OSError as error:
        raise click.UsageError(f"--state {path}: {os.strerror(error.errno or 0)}") from error
    app.cleanup_ctx.append(keeper.running)


def _say_ready(url: str, ready_file: Path | None) -> None:
    if ready_file is not None:
        try:
            ready_file.write_text(f"{url}\n", encoding="utf-8")
        except OSError as error:
            words = f"--ready-file: cannot write {ready_file}: {error.strerror}"
            raise click.UsageError(words) from error
    say(f"mock-backpack ready at {url}")


@main.command("defects")
def defects_command() -> None:
    """List the defects of the mock."""
    for line in as_lines(CATALOGUE, "defect"):
        say(line)


@main.command("faults")
def faults_command() -> None:
    """List the faults that the mock can inject, with their parameters."""
    for line in as_lines(CATALOGUE, "fault"):
        say(line)


@main.command("catalogue")
def catalogue_command() -> None:
    """Print the tables of all faults and defects, in Markdown."""
    click.echo(as_markdown(CATALOGUE), nl=False)
