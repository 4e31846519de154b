"""RDF Dataset Canonicalization (RDFC-1.0), of which every section that is cited is one."""

import hashlib
import itertools
from collections import defaultdict
from typing import Any, TypeAlias

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD

Quad: TypeAlias = tuple[Any, Any, Any, Any]
PLACES = "spog"
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b"}
ESCAPES |= {"\f": "\\f"}
CONTROLS = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
TABLE = str.maketrans(CONTROLS | ESCAPES)
MOST = 2_000
"""Paths to look at: a document of many nameless nodes that look alike has any number."""


class TooManyNameless(Exception):
    """The nameless nodes of a document take too long to tell apart."""


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Issuer:
    """Names blank nodes in the order in which they are met (4.5)."""

    def __init__(self, prefix: str, names: dict[Any, str] | None = None) -> None:
        self.prefix, self.names = prefix, dict(names or {})

    def copy(self) -> "Issuer":
        return Issuer(self.prefix, self.names)

    def issue(self, node: Any) -> str:
        return self.names.setdefault(node, f"{self.prefix}{len(self.names)}")


def term(value: Any, names: dict[Any, str]) -> str:
    match value:
        case BNode():
            return f"_:{names[value]}"
        case URIRef():
            return f"<{value}>"
        case Literal():
            text = f'"{str(value).translate(TABLE)}"'
            if value.language:
                return f"{text}@{value.language}"
            is_text = value.datatype in (None, XSD.string)
            return text if is_text else f"{text}^^<{value.datatype}>"
    raise ValueError(f"no RDF term: {value!r}")


def line(quad: Quad, names: dict[Any, str]) -> str:
    return " ".join([*(term(part, names) for part in quad if part is not None), ".\n"])


class Canonicalizer:
    def __init__(self, quads: list[Quad]) -> None:
        self.quads = quads
        self.about: dict[Any, list[Quad]] = defaultdict(list)
        for quad in quads:
            for node in {part for part in quad if isinstance(part, BNode)}:
                self.about[node].append(quad)
        self.first = {node: self.first_degree(node) for node in self.about}
        self.issuer = Issuer("c14n")
        self.paths = 0

    def lines(self) -> list[str]:
        """The algorithm (4.4.3)."""
        alike: dict[str, list[Any]] = defaultdict(list)
        for node, value in self.first.items():
            alike[value].append(node)
        for _, nodes in sorted(alike.items()):
            if len(nodes) == 1:
                self.issuer.issue(nodes[0])
        for _, nodes in sorted(alike.items()):
            results = []
            for node in nodes:
                if node not in self.issuer.names:
                    own = Issuer("b")
                    own.issue(node)
                    results.append(self.n_degree(node, own))
            for _, issuer in sorted(results, key=lambda result: result[0]):
                for node in issuer.names:
                    self.issuer.issue(node)
        return sorted(line(quad, self.issuer.names) for quad in self.quads)

    def first_degree(self, node: Any) -> str:
        """What is said about a node with no other node told apart (4.6)."""
        names = {other: "z" for quad in self.about[node] for other in quad}
        names[node] = "a"
        return digest("".join(sorted(line(quad, names) for quad in self.about[node])))

    def related(self, node: Any, quad: Quad, issuer: Issuer, place: str) -> str:
        """4.7"""
        name = self.issuer.names.get(node) or issuer.names.get(node)
        predicate = f"<{quad[1]}>" if place != "g" else ""
        return digest(f"{place}{predicate}{f'_:{name}' if name else self.first[node]}")

    def n_degree(self, node: Any, issuer: Issuer) -> tuple[str, Issuer]:
        """4.8"""
        near: dict[str, list[Any]] = defaultdict(list)
        for quad in self.about[node]:
            for place, part in zip(PLACES, quad, strict=True):
                if isinstance(part, BNode) and part != node:
                    near[self.related(part, quad, issuer, place)].append(part)
        text = ""
        for value, nodes in sorted(near.items()):
            paths = (self.path(order, issuer) for order in itertools.permutations(nodes))
            chosen, issuer = min((path for path in paths), key=lambda path: path[0])
            text += value + chosen
        return digest(text), issuer

    def path(self, order: tuple[Any, ...], issuer: Issuer) -> tuple[str, Issuer]:
        """One order of nodes that look alike, and how they are named in it."""
        self.paths += 1
        if self.paths > MOST:
            raise TooManyNameless("too many nodes without an id")
        copy, text, later = issuer.copy(), "", []
        for node in order:
            if node in self.issuer.names:
                text += f"_:{self.issuer.names[node]}"
            else:
                if node not in copy.names:
                    later.append(node)
                text += f"_:{copy.issue(node)}"
        for node in later:
            value, copy = self.n_degree(node, copy)
            text += f"_:{copy.issue(node)}<{value}>"
        return text, copy


def canonical(quads: list[Quad]) -> str:
    return "".join(Canonicalizer(quads).lines())
