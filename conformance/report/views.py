"""All views of a record, by format and by the name of the file that they go into."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

from conformance.record.model import Record
from conformance.report.annotations import to_annotations
from conformance.report.badge import to_shields, to_svg
from conformance.report.earl import to_earl
from conformance.report.har import to_har
from conformance.report.html import to_html
from conformance.report.junit import to_junit
from conformance.report.markdown import to_markdown
from conformance.report.summary import to_json

HTML = "conformance.html"
SUMMARY = "summary.json"


@frozen
class View:
    """A rendering of a record."""

    file: str | None
    """Its name in the folder of a run; ``None``: it is only printed."""
    render: Callable[[Record], str | bytes]

    def __call__(self, record: Record) -> bytes:
        """The bytes of the file."""
        content = self.render(record)
        return content if isinstance(content, bytes) else content.encode(errors="replace")


VIEWS_BY_FORMAT: Mapping[str, View] = MappingProxyType(
    {
        "html": View(HTML, to_html),
        "json": View(SUMMARY, to_json),
        "junit": View("junit.xml", to_junit),
        "markdown": View("summary.md", to_markdown),
        "earl": View("earl.jsonld", to_earl),
        "badge": View("badge.svg", to_svg),
        "shields": View("badge.json", to_shields),
        "har": View("wire.har", to_har),
        "github": View(None, to_annotations),
    }
)
VIEWS: Mapping[str, View] = MappingProxyType(
    {view.file: view for view in VIEWS_BY_FORMAT.values() if view.file}
)


def remove_views(folder: Path) -> None:
    """Take the views of an earlier run away, so that none is taken for the new run's."""
    for name in VIEWS:
        (folder / name).unlink(missing_ok=True)


def write_views(record: Record, folder: Path) -> Mapping[str, OSError]:
    """Write every view into a folder; the error of each file that could not be written.

    Half a view is removed.
    """
    errors: dict[str, OSError] = {}
    for name, view in VIEWS.items():
        try:
            (folder / name).write_bytes(view(record))
        except OSError as error:
            errors[name] = error
            (folder / name).unlink(missing_ok=True)
    return errors


def unwritten_lines(folder: Path, unwritten: Mapping[str, OSError]) -> Iterator[str]:
    """A line for each error: which files of a folder could not be written."""
    reasons: dict[str, list[str]] = {}
    for name, error in unwritten.items():
        reasons.setdefault(error.strerror or str(error), []).append(name)
    for reason, names in reasons.items():
        yield f"cannot write into {folder}: {reason}: {', '.join(names)}"


@frozen
class Finished:
    """A run that has ended, with its files."""

    record: Record
    unwritten: Mapping[str, OSError]
    """The error of each file that could not be written, or not as a whole."""
