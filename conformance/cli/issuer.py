"""The command ``backpack-conformance issuer``."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from conformance.core.api import DEFAULT
from conformance.core.catalogue import requirement
from conformance.core.errors import AuthoringError
from conformance.core.terminal import say
from conformance.core.verdict import EXIT_CODES, ExitCode
from conformance.issuers.progress import IssuerProgress, conclude, list_situations
from conformance.issuers.proxies import proxies_of
from conformance.issuers.run import IssuerRunOptions, judge_issuer
from conformance.pytest_plugin.options import OUTPUT, VERDICT
from conformance.report.conclusion import report_unwritten
from conformance.target.mock import JUDGED, chosen_situations
from mock_backpack.cli.grouping import GroupedCommand, group

MOST_JOBS = 32


_runs, _mock = group("Situations"), group("The mock Backpack")
_verdict, _output = group(VERDICT), group(OUTPUT)


@click.command("issuer", cls=GroupedCommand)
@_runs(
    "--situations",
    "names",
    default="all",
    show_default=True,
    metavar="all|A,B,…",
    help="Situations to run the command in; --list shows them.",
)
@_runs(
    "--api",
    type=click.Choice(JUDGED),
    default=DEFAULT,
    show_default=True,
    help="The API that the issuer uses; issuer-api is OpenBadges.issue, in a page.",
)
@_runs("--list", "is_list", is_flag=True, help="List the situations and exit.")
@_runs(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    default=1,
    show_default=True,
    metavar="N",
    help="Commands that run at the same time.",
)
@_runs(
    "--timeout",
    type=click.FloatRange(1, 3600),
    default=90.0,
    show_default=True,
    metavar="SECONDS",
    help="Kill a command, with its children, that runs longer.",
)
@_mock(
    "--origin",
    metavar="URL",
    help="The issuer's own origin: the command gets a grant in its environment, no callback.",
)
@_mock("--mock", metavar="URL", help="Use the mock that runs there.")
@_mock("--admin-token", envvar="MOCK_BACKPACK_ADMIN_TOKEN", help="The admin token of that mock.")
@_verdict(
    "--inapplicable",
    multiple=True,
    metavar="ID",
    help="A requirement that does not apply to this issuer; can be repeated.",
)
@_verdict("--strict", is_flag=True, help="Treat SHOULD requirements as MUST.")
@_verdict("--allow-incomplete", is_flag=True, help="Exit 0 when the verdict is incomplete.")
@_output(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="issuer-report",
    show_default=True,
    help="Folder for the record, the reports and the output of the command.",
)
@_output("-v", "--verbose", is_flag=True, help="Show the exchange of each failure.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def issuer(
    ctx: click.Context,
    /,
    *,
    names: str,
    api: str,
    is_list: bool,
    timeout: float,
    origin: str | None,
    mock: str | None,
    admin_token: str | None,
    jobs: int,
    inapplicable: tuple[str, ...],
    strict: bool,
    allow_incomplete: bool,
    out: Path,
    verbose: bool,
    command: tuple[str, ...],
) -> None:
    """Test an issuer: run COMMAND once in every situation, against a mock Backpack.

    COMMAND makes your issuer connect and award badges, such as a test command. Its environment
    has the address of the Backpack (BACKPACK_URL, BACKPACK_ACCESS_URL), the earner
    (BACKPACK_EARNER) and the number of badges (BACKPACK_AWARDS). See docs/issuers.md.

    \b
    Exit codes: 0 conforms, 1 does not conform, 2 wrong usage,
                3 inconclusive, 4 incomplete.
    """
    if is_list:
        list_situations(api)
        return
    if not command:
        raise click.UsageError("expected a command after --, such as: -- npm test")
    options = IssuerRunOptions(
        command=command,
        situations=chosen_situations(names, api),
        out=out,
        api=api,
        mock=_checked_url("--mock", mock),
        admin_token=admin_token,
        origin=_checked_url("--origin", origin),
        timeout=timeout,
        jobs=jobs,
        strict=strict,
        inapplicable=_issuers_own(inapplicable),
    )
    code = _judge(options, is_verbose=verbose)
    ctx.exit(0 if code is ExitCode.INCOMPLETE and allow_incomplete else code)


def _judge(options: IssuerRunOptions, *, is_verbose: bool) -> ExitCode:
    """Run the command in all situations, write the reports, and print the conclusion."""
    if proxies := proxies_of(os.environ):
        say(f"{proxies} is set; NO_PROXY keeps the command from using it for the mock.", error=True)
    progress = IssuerProgress(options.situations, is_verbose=is_verbose)
    finished = judge_issuer(options, progress.report)
    code = EXIT_CODES[conclude(finished.record, options.out)]
    if finished.unwritten:
        report_unwritten(options.out, finished.unwritten)
        return ExitCode.COULD_NOT_TELL
    return code


def _checked_url(option: str, url: str | None) -> str | None:
    """An option that must be the address of a site.

    Raises:
        AuthoringError: when it is none.
    """
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise AuthoringError(f"{option}: expected such as http://127.0.0.1:8080, saw {url!r}")
    return url.rstrip("/")


def _issuers_own(names: Sequence[str]) -> list[str]:
    """Requirements of the role issuer by their ids.

    Raises:
        AuthoringError: when one is none of them.
    """
    chosen = [requirement(name) for name in names]
    for each in chosen:
        if each.role != "issuer":
            raise AuthoringError(f"--inapplicable: {each.id} is not a requirement for issuers")
    return [each.id for each in chosen]
