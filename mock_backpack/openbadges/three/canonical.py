"""Canonical N-Quads of a document (RDFC-1.0, computed by Oxigraph), in bounded time.

Oxigraph is imported where it is used: a mock of the older APIs needs none.
"""
# ruff: noqa: PLC0415

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import factorial
from typing import Any

from mock_backpack.core.seams import seam
from mock_backpack.openbadges.complaint import invalid, shortened
from mock_backpack.openbadges.three.graph import statements

BLANK = re.compile(r"_:b[0-9]+(?=[ ])")
MOST_ALIKE = 6
"""Blank nodes that hang together and look alike: the work grows faster than their factorial."""
MOST_WORK = 2_000
"""The sum of these factorials."""


def canonical(document: Mapping[str, Any], age: int = 0) -> str:
    """The canonical form of a document.

    Raises:
        InvalidBadge: when something in it has no meaning, or it would take too long.
    """
    from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

    lines = dict.fromkeys(statements(document, age))
    check_work(lines)
    try:
        dataset = Dataset(parse("".join(lines), format=RdfFormat.N_QUADS))
    except SyntaxError as error:
        raise invalid("credential", "", "valid IRIs", shortened(str(error.msg))) from error
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))


def digest(document: Mapping[str, Any], age: int = 0) -> bytes:
    """The SHA-256 of the canonical form.

    Raises:
        InvalidBadge: as `canonical` does.
    """
    return hashlib.sha256(canonical(document, age).encode()).digest()


@seam
def check_work(lines: Iterable[str]) -> None:
    """See that blank nodes can be told apart with little work.

    Of nodes that look alike at first, the algorithm compares all orders. Only a document made to
    stop verifiers has many of them side by side.

    Raises:
        InvalidBadge: when there are too many.
    """
    nodes = {line: BLANK.findall(_bare(line)) for line in lines if "_:" in line}
    looks: dict[str, list[str]] = {}
    for line, names in nodes.items():
        for name in set(names):
            looks.setdefault(name, []).append(_seen_from(line, name))
    marks = {name: "".join(sorted(seen)) for name, seen in looks.items()}
    count = Counter(marks.values())
    alike = {name for name, mark in marks.items() if count[mark] > 1}
    if not alike:
        return
    sizes = _groups(alike, nodes.values())
    work = sum(factorial(min(size, 20)) for size in sizes)
    if max(sizes) > MOST_ALIKE or work > MOST_WORK:
        expected = f"objects that can be told apart, such as by an id (at most {MOST_ALIKE} alike)"
        raise invalid("credential", "", expected, f"{max(sizes)} alike that refer to each other")


def _bare(line: str) -> str:
    """A statement without the texts in it, which may look like blank nodes."""
    start, end = line.find('"'), line.rfind('"')
    return f"{line[:start]}{line[end + 1 :]}" if start >= 0 else line


def _seen_from(line: str, name: str) -> str:
    """A statement as a blank node sees it: itself, and others without their names."""
    start, end = line.find('"'), line.rfind('"')

    def mark(text: str) -> str:
        return BLANK.sub(lambda match: "_:a" if match[0] == name else "_:z", text)

    if start < 0:
        return mark(line)
    return f"{mark(line[:start])}{line[start : end + 1]}{mark(line[end + 1 :])}"


def _groups(alike: set[str], statements_: Iterable[list[str]]) -> list[int]:
    """The sizes of the groups of alike nodes that statements connect."""
    leader = {name: name for name in alike}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for names in statements_:
        first, *others = [name for name in names if name in alike] or [""]
        for other in others:
            leader[find(other)] = find(first)
    return list(Counter(find(name) for name in alike).values())
