"""The command ``mock-backpack``."""

import asyncio
import logging
import os
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from aiohttp import web
from attrs import evolve, frozen

from mock_backpack.apis.all import APIS
from mock_backpack.app import MOCK, create_app
from mock_backpack.cli.command import Group
from mock_backpack.cli.grouping import GroupedCommand, group
from mock_backpack.cli.listing import as_lines, as_markdown
from mock_backpack.cli.option_groups import bound_options, fetch_options, shape_options
from mock_backpack.cli.options import host_names_of, outer_url
from mock_backpack.cli.terminal import say
from mock_backpack.cli.validate import validate
from mock_backpack.core.errors import Unsaved
from mock_backpack.core.fetching import FetchPolicy, is_loopback
from mock_backpack.core.orders import BadRule
from mock_backpack.core.settings import Bounds, Settings, Shape
from mock_backpack.core.strict_json import NotJson, strict_json
from mock_backpack.faults.all import MISBEHAVIOURS
from mock_backpack.http.process import collect_garbage_seldom, loop_factory
from mock_backpack.server import PortInUse, serve
from mock_backpack.version import VERSION

log = logging.getLogger("mock_backpack")
DIALECTS = {name: usual for api in APIS for name, usual in api.dialects.items()}
"""By the name of a family of Backpacks: the defects that are usual there."""


@click.group("mock-backpack", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="mock-backpack")
def main() -> None:
    """A mock Backpack, for testing issuers of Open Badges."""


main.add_command(validate)


_address = group("Address")
_behaviour = group("Faults and defects")
_access = group("Access from other machines")
_state = group("State and log")


@main.command("serve", cls=GroupedCommand)
@_address("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@_address(
    "--port",
    default=8765,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 picks a free one.",
)
@_address(
    "--second-port",
    default=0,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port that situations with the API elsewhere use; 0 picks a free one.",
)
@_address(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the URL to this file when the mock is ready.",
)
@_address(
    "--tls",
    "is_tls",
    is_flag=True,
    help="Serve https, with certificates of an authority that is made for this run.",
)
@_address(
    "--tls-ca",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --tls: write the certificate of the authority to this file.",
)
@shape_options
@_behaviour(
    "--defect",
    "defects",
    multiple=True,
    metavar="NAME",
    help="Enable this defect; can be repeated. See: mock-backpack defects.",
)
@_behaviour(
    "--like",
    "families",
    multiple=True,
    type=click.Choice(tuple(DIALECTS)),
    help="Enable the defects that are usual in a family of Backpacks.",
)
@_behaviour(
    "--fault",
    "faults",
    multiple=True,
    metavar="RULE",
    help="Inject this fault, such as 'http.unavailable endpoint=issue count=2'; can be repeated. "
    "See: mock-backpack faults.",
)
@_behaviour(
    "--scenario",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Add the rules of this JSON file: a list, or an object with the member rules.",
)
@fetch_options
@_access(
    "--url",
    callback=outer_url,
    metavar="URL",
    help="Where others reach this mock through a proxy, such as https://mock.example.org/backpack; "
    "the proxy removes the path of the URL.",
)
@_access(
    "--host-name",
    "host_names",
    multiple=True,
    metavar="NAME",
    callback=host_names_of,
    help="Answer requests for this host name as well, such as that of a container; can be "
    "repeated. With --admin-token any name is answered.",
)
@_access(
    "--admin-token",
    envvar="MOCK_BACKPACK_ADMIN_TOKEN",
    help="Bearer token for the admin API below /_mock/; required when "
    "listening on anything but loopback.",
)
@_state(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Store all sandboxes, except their journals, in this file across restarts.",
)
@bound_options
@_state("-v", "--verbose", is_flag=True, help="Log every request.")
def serve_command(
    host: str,
    port: int,
    second_port: int,
    ready_file: Path | None,
    shape: Shape,
    is_tls: bool,  # noqa: FBT001 - click gives it by name
    tls_ca: Path | None,
    defects: tuple[str, ...],
    families: tuple[str, ...],
    faults: tuple[str, ...],
    scenario: Path | None,
    fetch: FetchPolicy,
    url: str | None,
    host_names: tuple[str, ...],
    admin_token: str | None,
    state: Path | None,
    bounds: Bounds,
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
    if not fetch.allowed and is_loopback(host):
        fetch = evolve(fetch, allowed=("*",))
    settings = Settings(shape, bounds, fetch, second_port, url, host_names, admin_token, is_tls)
    usual = [name for family in families for name in DIALECTS[family]]
    try:
        rules = [*faults, *(_rules_of(scenario) if scenario else ())]
        app = create_app(settings, defects=(*defects, *usual), rules=rules)
    except BadRule as error:
        raise click.UsageError(str(error)) from error
    if state is not None:
        _take_up(state, app)
    logging.basicConfig(format="%(message)s")
    log.setLevel(logging.INFO)
    tls = _tls((host, *host_names), tls_ca) if is_tls else Plain()
    _serve(app, host, port, ready_file, log.getChild("access") if verbose else None, tls)
    for rule in app[MOCK].sandboxes.root.rules:
        if not rule.fired and rule.name not in usual:
            say(f"armed, never fired: {rule.name}", err=True)


def _serve(
    app: web.Application,
    host: str,
    port: int,
    ready_file: Path | None,
    access_log: logging.Logger | None,
    tls: "Plain | Secured",
) -> None:
    def ready(url: str) -> None:
        _report_ready(url, ready_file)
        if tls.authority is not None:
            say(f"certificate authority at {tls.authority}")

    collect_garbage_seldom()
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve(app, host, port, ready, access_log, tls.context))
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


@frozen
class Plain:
    """Serving without TLS."""

    context: None = None
    authority: None = None


@frozen
class Secured:
    """Serving with TLS."""

    context: ssl.SSLContext
    authority: Path
    """The file with the certificate that clients must trust."""


def _tls(names: tuple[str, ...], path: Path | None) -> Secured:
    # slow to load, and most mocks do without
    from mock_backpack.http.authority import Authority, written  # noqa: PLC0415

    authority = Authority(names)
    try:
        return Secured(authority.context(), written(authority, path))
    except OSError as error:
        raise click.UsageError(f"--tls-ca: cannot write {path}: {error.strerror}") from error


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


def _report_ready(url: str, ready_file: Path | None) -> None:
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
    for line in as_lines(MISBEHAVIOURS, "defect"):
        say(line)


@main.command("faults")
def faults_command() -> None:
    """List the faults that the mock can inject, with their parameters."""
    for line in as_lines(MISBEHAVIOURS, "fault"):
        say(line)


@main.command("catalogue")
def catalogue_command() -> None:
    """Print the tables of all faults and defects, in Markdown."""
    click.echo(as_markdown(MISBEHAVIOURS), nl=False)
