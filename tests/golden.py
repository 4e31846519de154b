"""What every view shows of one small record, as text in which a changed word is one line.

``python -m tests.golden`` writes it anew, after a change of a view.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from conformance.core.catalogue import requirement
from conformance.core.exchange import Answer, Exchange, Request
from conformance.core.verdict import Finding, Outcome
from conformance.record.conversion import values
from conformance.record.model import Record
from conformance.record.reader import record_of
from conformance.report.views import VIEWS
from tests.conformance.reading import tree
from tests.conformance.records import failed, footer, header, line_of, passed

FOLDER = Path(__file__).parent / "conformance" / "report" / "golden"
FAILED, PASSED, DOUBTED, UNTESTED = "BC-TOKEN-04", "BC-TOKEN-03", "BC-TOKEN-06", "BC-ISSUE-20"
UNSHOWN = ("style", "script")
NAMING = ("id", "class", "href")
"""Attributes that are shown."""


def small_record() -> Record:
    """A requirement of each outcome."""
    chosen = [requirement(name) for name in (FAILED, PASSED, DOUBTED, UNTESTED)]
    refresh = Exchange(
        1,
        Request("POST", "http://backpack.example/api/token", (("Accept", "*/*"),), b'{"a": 1}'),
        Answer(200, "OK", (("Content-Type", "application/json"),), b'{"refresh_token": "old"}'),
        0.25,
    )
    reason = "the suite failed at step 2 (advance): no clock"
    doubted = Finding(DOUBTED, Outcome.CANT_TELL, reason=reason, suite_failed=True)
    wrong = failed(FAILED, came_back="200 (the same refresh_token)", places=("body.refresh_token",))
    lines = [
        line_of(wrong, passed(PASSED), name="first", exchanges=[refresh]),
        line_of(doubted, name="second"),
    ]
    first = header(catalogue="0" * 64, requirements=values().unstructure(chosen))
    return record_of([first, *lines, footer(len(lines))])


def views() -> Iterator[tuple[Path, str]]:
    """The files, and what must be in them."""
    record = small_record()
    for name, view in VIEWS.items():
        yield FOLDER / f"{name}.txt", as_lines(name, view(record).decode())


def as_lines(name: str, content: str) -> str:
    """A view with each of its elements on a line of its own."""
    match name.rpartition(".")[2]:
        case "html":
            return "\n".join(_outline(tree(content))) + "\n"
        case "xml" | "svg":
            return content.replace("><", ">\n<")
        case "json" | "jsonld" | "har":
            return json.dumps(json.loads(content), indent=1, ensure_ascii=False) + "\n"
        case _:
            return content


def _outline(element: Element, indent: str = "") -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in UNSHOWN:
        return
    named = [f"{key}={element.attrib[key]}" for key in NAMING if key in element.attrib]
    words = " ".join((element.text or "").split())
    yield f"{indent}{' '.join([element.tag, *named])}{f': {words}' if words else ''}"
    for inner in element:
        yield from _outline(inner, f"{indent} ")
        if after := " ".join((inner.tail or "").split()):
            yield f"{indent} {after}"


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for file, content in views():
        file.write_text(content, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
