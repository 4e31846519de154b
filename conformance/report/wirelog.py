"""Requests and answers as people read them: bounded, bodies indented, what accuses them marked."""

import contextlib
import json
import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup

from conformance.core.exchange import Answer, Headers, Request
from conformance.core.plain import readable
from conformance.core.verdict import Finding

LONGEST_SHOWN = 4000
"""Characters of a body that accuses."""
LONGEST_IN_LOG = 400
"""Characters of a body in the log of all scenarios."""
NAME = re.compile(r'\s*"?([\w-]+)"?\s*:')
"""A header's name, or that of a member of JSON, at the beginning of a line."""
MARKED, UNMARKED = Markup("<mark>{}</mark>"), Markup("{}")


@lru_cache(maxsize=256)
def pretty(body: bytes, longest: int = LONGEST_SHOWN) -> str:
    """A body for people: JSON indented, binary abbreviated, all of it bounded."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"{len(body)} binary bytes: {body[:24].hex(' ')}…"
    with contextlib.suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    if len(text) <= longest:
        return text
    return f"{text[:longest]}\n… {len(text) - longest} characters more"


def request_text(request: Request, longest: int) -> str:
    """A request as it was on the wire, in one text: it is escaped as a whole."""
    return _message(f"{request.method} {request.url}", request.headers, request.body, longest)


def answer_text(answer: Answer, longest: int) -> str:
    """An answer as it was on the wire."""
    return _message(f"{answer.status} {answer.reason}", answer.headers, answer.body, longest)


def _message(first: str, headers: Headers, body: bytes, longest: int) -> str:
    head = "\n".join([first, *(f"{name}: {value}" for name, value in headers)])
    return f"{head}\n\n{pretty(body, longest)}" if body else head


def accused_text(answer: Answer, finding: Finding) -> Markup:
    """An answer with the lines marked that the finding is about, if it says where that is."""
    lines = answer_text(answer, LONGEST_SHOWN).split("\n")
    marked = {number for place in finding.places for number in _lines_at(lines, place)}
    return Markup("\n").join(
        (MARKED if number in marked else UNMARKED).format(readable(line))
        for number, line in enumerate(lines)
    )


def _lines_at(lines: list[str], place: str) -> Iterator[int]:
    """Numbers of the lines at a place: the status, a header, or members of the body by name."""
    part, _, path = place.partition(".")
    if part == "status":
        yield 0
    names = {name.lower() for name in path.split(".")[-1:] if name}
    end_of_head = lines.index("") if "" in lines else len(lines)
    first, last = (1, end_of_head) if part == "headers" else (end_of_head, len(lines))
    for number in range(first, last):
        named = NAME.match(lines[number])
        if named and named[1].lower() in names:
            yield number
