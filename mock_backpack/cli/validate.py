"""The command ``mock-backpack validate``: one badge, judged for people."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import click
from attrs import evolve

from mock_backpack.apis.all import APIS
from mock_backpack.cli.terminal import json_text, one_line, say
from mock_backpack.core.emails import checked_email
from mock_backpack.core.fetching import FetchPolicy, is_loopback
from mock_backpack.core.origin import origin_of, web_url
from mock_backpack.issuer.all import issuer_api
from mock_backpack.issuer.opinion import Opinion, Question, lines_of
from mock_backpack.issuer.recognising import Recognised, recognised
from mock_backpack.openbadges.complaint import quoted, shortened
from mock_backpack.openbadges.fetch import Fetcher, once
from mock_backpack.openbadges.pushed import advice, looks_like_jws, looks_like_url
from mock_backpack.openbadges.signature import looks_signed

GOOD, BAD = 0, 1
CONNECT = "connect"
"""The one API whose grants have an origin."""
FETCH = FetchPolicy()
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


@click.command("validate")
@click.argument("badge", metavar="URL|FILE|JWS")
@click.option(
    "--api",
    "name",
    type=click.Choice([api.name for api in APIS]),
    help="The API to push it by: connect takes Open Badges 0.5 to 1.1, ob2.1 takes 2.0, ob3 takes "
    "3.0. Default: that of the version that the badge is of.",
)
@click.option("--earner", metavar="E-MAIL", help="Whose Backpack it would go into.")
@click.option("--origin", metavar="ORIGIN", help="The origin that the grant would be for.")
@click.option(
    "--fetch-bytes",
    default=FETCH.most_bytes,
    show_default=True,
    type=click.IntRange(1),
    help="Most bytes of a document, images included.",
)
@click.option("--json", "is_json", is_flag=True, help="As JSON, for programs.")
@click.pass_context
def validate(
    ctx: click.Context,
    /,
    *,
    badge: str,
    name: str | None,
    earner: str | None,
    origin: str | None,
    fetch_bytes: int,
    is_json: bool,
) -> None:
    """Judge one badge of any version: all its documents, and the answer to a push.

    A FILE holds an assertion or a credential in JSON, a JWS, a URL, or a picture with a badge baked
    into it. The URL may be that of such a picture. - stands for what is piped in.

    Exit codes: 0 the badge is good, 1 something is wrong with it, 2 wrong usage.
    """
    try:
        whose = None if earner is None else checked_email(earner)
    except ValueError as error:
        raise click.UsageError(f"--earner: {error}") from error
    fetcher = Fetcher(evolve(FETCH, most_bytes=fetch_bytes))
    try:
        question = Question(whose, origin_of(origin) if origin is not None else None)
        content = _content(badge, fetch_bytes)
        kind, opinion = asyncio.run(_opinion(name, content, question, fetcher))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if is_json:
        wire = {
            **({"version": kind.version, "form": kind.form} if kind else {}),
            **opinion.to_wire(),
        }
        click.echo(json_text(json.dumps(wire, indent=2, ensure_ascii=False)))
    else:
        if kind is not None:
            say(one_line(f"{kind}"))
        for line in report_lines(opinion):
            say(one_line(line))
    if proxies := _proxies(opinion):
        named = f"{' and '.join(proxies)} {'is' if len(proxies) == 1 else 'are'} set"
        say(f"{named}, but no proxy is used: the badge is fetched directly", err=True)
    ctx.exit(GOOD if opinion.is_good else BAD)


def _content(badge: str, most_bytes: int) -> bytes:
    """The badge to judge, read from its file if it is a file.

    Raises:
        ValueError: when there is no such file, or it is too large.
    """
    if looks_like_url(badge) or looks_like_jws(badge):
        return badge.encode(errors="surrogateescape")
    try:
        with click.open_file(badge, "rb") as stream:
            content: bytes = stream.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        if looks_signed(badge):
            return badge.encode()
        why = error.strerror if isinstance(error, OSError) else "no name of a file"
        hint = advice(badge)
        saw = f"{quoted(badge)}: {why}{hint}"
        raise ValueError(f"expected a URL, a JWS or a file, saw {saw}") from error
    if len(content) > most_bytes:
        raise ValueError(f"expected at most {most_bytes} bytes, as --fetch-bytes says, saw more")
    return content


async def _opinion(
    api: str | None, content: bytes, question: Question, fetcher: Fetcher
) -> tuple[Recognised | None, Opinion]:
    """The opinion, and what the badge was taken for unless that was said."""
    if api is None and question.origin is not None:
        api = CONNECT
    async with asynccontextmanager(fetcher.running)():
        with once():
            kind = await recognised(content, fetcher) if api is None else None
            name = kind.api if kind is not None else str(api)
            return kind, await issuer_api(name).opinion(content, question, fetcher)


def _proxies(opinion: Opinion) -> list[str]:
    """The variables that name a proxy, when a document elsewhere could not be got."""
    looks = opinion.inspection.looks
    wrong = [look.url for look in looks if look.complaints and web_url(look.url) is not None]
    if all(is_loopback(urlsplit(url).hostname or "") for url in wrong):
        return []
    return [name for name in PROXIES if os.environ.get(name)]


def report_lines(opinion: Opinion) -> Iterator[str]:
    """The lines of text that describe an opinion."""
    for look in opinion.inspection.looks:
        yield f"{look.document}  {shortened(look.url)}".rstrip()
        lines = list(lines_of(look))
        width = max((len(line.member) for line in lines), default=0)
        for line in lines:
            text = f"expected {line.expected}, saw {line.saw}" if line.expected else line.saw
            mark = "wrong" if line.expected else "ok"
            yield f"  {mark:<5}  {line.member:<{width}}  {text}".rstrip()
        if not lines:
            yield "  ok"
        for note in look.notes:
            yield f"  note   {note}"
    yield ""
    answer = "nothing can be pushed" if opinion.status is None else str(opinion.status)
    yield f"{opinion.endpoint} would answer: {answer}: {opinion.message}"
