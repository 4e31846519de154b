"""All views of a record, by the name of the file that they go into."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from conformance.record import Record
from conformance.report.html import to_html
from conformance.report.junit import to_junit
from conformance.report.summary import to_json

HTML = "conformance.html"
SUMMARY = "summary.json"

VIEWS: Mapping[str, Callable[[Record], bytes]] = MappingProxyType(
    {
        HTML: lambda record: to_html(record).encode(errors="replace"),
        "junit.xml": to_junit,
        SUMMARY: lambda record: to_json(record).encode(errors="replace"),
    }
)


def remove_views(folder: Path) -> None:
    """Take the views of an earlier run away, so that none is taken for the new run's."""
    for name in VIEWS:
        (folder / name).unlink(missing_ok=True)


def write_views(record: Record, folder: Path) -> None:
    """Write every view into a folder."""
    for name, view in VIEWS.items():
        (folder / name).write_bytes(view(record))
