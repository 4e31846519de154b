"""The command ``mock-backpack validate``: one badge, judged for people."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import asynccontextmanager

import click

from mock_backpack.issuer.opinion import Opinion, lines_of, opinion_of
from mock_backpack.judge.complaint import quoted, shortened
from mock_backpack.judge.fetch import Fetcher
from mock_backpack.judge.signature import looks_signed
from mock_backpack.origin import origin_of, web_url

GOOD, BAD = 0, 1


@click.command("validate")
@click.argument("badge", metavar="URL|FILE|JWS")
@click.option("--earner", metavar="E-MAIL", help="Whose Backpack it would go into.")
@click.option("--origin", metavar="ORIGIN", help="The origin that the grant would be for.")
@click.option("--json", "is_json", is_flag=True, help="As JSON, for programs.")
@click.pass_context
def validate(
    ctx: click.Context,
    /,
    *,
    badge: str,
    earner: str | None,
    origin: str | None,
    is_json: bool,
) -> None:
    """Judge one badge: its assertion, all that it links to, and what issue would answer.

    A FILE holds an assertion in JSON, a JWS, or a URL; - stands for what is piped in.

    Exit codes: 0 the badge is good, 1 something is wrong with it, 2 wrong usage.
    """
    try:
        wanted = origin_of(origin) if origin is not None else None
        opinion = asyncio.run(_opinion(_text(badge), earner, wanted))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if is_json:
        click.echo(json.dumps(opinion.to_wire(), indent=2, ensure_ascii=False))
    else:
        for line in told(opinion):
            click.echo(line)
    ctx.exit(GOOD if opinion.is_good else BAD)


def _text(badge: str) -> str:
    """What is judged, out of its file if it is in one.

    Raises:
        ValueError: when there is no such file.
    """
    if web_url(badge) is not None or looks_signed(badge):
        return badge
    try:
        with click.open_file(badge, encoding="utf-8") as stream:
            text: str = stream.read()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise ValueError(f"expected a URL, a JWS or a file, saw {quoted(badge)}: {why}") from error
    return text.strip()


async def _opinion(text: str, earner: str | None, origin: str | None) -> Opinion:
    fetcher = Fetcher()
    async with asynccontextmanager(fetcher.running)():
        return await opinion_of(text, earner, origin, fetcher)


def told(opinion: Opinion) -> Iterator[str]:
    """The opinion as lines for people."""
    for look in opinion.inspection.looks:
        yield f"{look.document}  {shortened(look.url)}".rstrip()
        lines = list(lines_of(look))
        width = max((len(one.member) for one in lines), default=0)
        for one in lines:
            said = f"expected {one.expected}, saw {one.saw}" if one.expected else one.saw
            mark = "wrong" if one.expected else "ok"
            yield f"  {mark:<5}  {one.member:<{width}}  {said}".rstrip()
        if not lines:
            yield "  ok"
        for note in look.notes:
            yield f"  note   {note}"
    yield ""
    answer = "nothing can be pushed" if opinion.status is None else str(opinion.status)
    yield f"issue would answer: {answer}: {opinion.message}"
