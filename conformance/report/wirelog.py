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
OF_STATUS = re.compile(r"\bstatus\b|\b[1-5](\d\d|xx)\b|\brefusal\b|\bnot 404\b")
"""What an expectation says that is about the status."""
WORD = re.compile(r"[\w-]+")
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
    """An answer whose lines that the finding is about are marked, where one can tell them."""
    lines = answer_text(answer, LONGEST_SHOWN).split("\n")
    marked = set(_accused(lines, finding))
    return Markup("\n").join(
        (MARKED if number in marked else UNMARKED).format(readable(line))
        for number, line in enumerate(lines)
    )


def _accused(lines: list[str], finding: Finding) -> Iterator[int]:
    """Numbers of lines: the status where it was to be another, and what is called by its name."""
    if OF_STATUS.search(finding.expected):
        yield 0
    detail = finding.came_back.rpartition(" (")[2] if finding.came_back.endswith(")") else ""
    yield from list(_named(lines, detail)) or _named(lines, finding.expected)


def _named(lines: list[str], sentence: str) -> Iterator[int]:
    """Numbers of the headers and members that a sentence names."""
    words = {word.lower() for word in WORD.findall(sentence)}
    for number, line in enumerate(lines[1:], start=1):
        called = NAME.match(line)
        if called and called[1].lower() in words:
            yield number
