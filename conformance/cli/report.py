"""The commands ``report`` and ``compare``: views of records that lie there already."""

from pathlib import Path
from typing import BinaryIO

import click

from conformance.record.model import RECORD, Record
from conformance.record.reader import read_record
from conformance.report import comparison as comparisons
from conformance.report.comparison import compare
from conformance.report.views import VIEWS_BY_FORMAT

COMPARISONS = {"markdown": comparisons.to_markdown, "html": comparisons.to_html}
GIVEN = click.Path(exists=True, path_type=Path)
OUT = click.option(
    "--out",
    type=click.File("wb", lazy=True),
    default="-",
    metavar="FILE",
    help="Output file; - is standard output.",
)


@click.command("report")
@click.argument("record", type=GIVEN)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(VIEWS_BY_FORMAT)),
    default="html",
    show_default=True,
    help="Format of the report.",
)
@OUT
def report_command(record: Path, format_name: str, out: BinaryIO) -> None:
    """Make a report from RECORD, without a target.

    RECORD is a record.jsonl, or the folder of a run. One that was cut off or altered
    is refused with the number of the line.
    """
    report = VIEWS_BY_FORMAT[format_name](_read(record))
    out.write(report)


@click.command("compare")
@click.argument("records", metavar="RECORD RECORD...", nargs=-1, type=GIVEN)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(COMPARISONS)),
    default="markdown",
    show_default=True,
    help="Which view.",
)
@OUT
def compare_command(records: tuple[Path, ...], format_name: str, out: BinaryIO) -> None:
    """Compare records: of several targets, or of one target at several times.

    What differs comes first. RECORD is a record.jsonl, or the folder of a run.
    """
    if len(records) < 2:
        raise click.UsageError("expected two records or more")
    comparison = COMPARISONS[format_name](compare([_read(record) for record in records]))
    out.write(comparison.encode(errors="replace"))


def _read(given: Path) -> Record:
    """A record, or that in the folder of a run."""
    return read_record(given / RECORD if given.is_dir() else given)
