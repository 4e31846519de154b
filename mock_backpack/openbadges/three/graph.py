"""From a document to its RDF statements, in safe mode (JSON-LD 1.1 API, sections 5 and 8).

Expansion and the way to RDF are one walk here. Whatever a term or a type without a meaning would
silently take out of the signature is a complaint. Of JSON-LD only what nobody needs in a
credential is missing, and it is refused by its name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field

from mock_backpack.core.seams import seam
from mock_backpack.openbadges.complaint import invalid, meaningless, quoted
from mock_backpack.openbadges.three.literals import RDF, json_literal, literal, text_literal
from mock_backpack.openbadges.three.naming import JUDGED, check_name, check_places
from mock_backpack.openbadges.three.terms import (
    ABSOLUTE,
    MOST_CONTEXTS,
    MOST_TERMS,
    Term,
    Terms,
    terms_of,
    types_in,
    wrong,
)

MOST_NODES = 5_000
"""Objects in one document."""
UNREAD = ("@graph", "@included", "@nest", "@reverse", "@direction")
NOTHING = Term(None)
FIRST, REST, NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
TYPE = f"<{RDF}type>"
BLANK = "_:"


@seam
def lost(place: str, what: str, saw: str) -> None:
    """Something would not be part of what is signed.

    Raises:
        Meaningless: always.
    """
    raise meaningless("credential", place, what, saw)


@define
class Graph:
    """The statements of one document while they are collected."""

    lines: list[str] = field(factory=list)
    """N-Quads, each with its line end; some may stand twice."""
    _nodes: int = 0
    _blanks: int = 0
    _contexts: int = 0
    _terms: int = 0
    _names: dict[str, str] = field(factory=dict)
    _judged: list[tuple[str, str]] = field(factory=list)

    @property
    def judged(self) -> list[tuple[str, str]]:
        """The nodes with members that are judged, each with its place."""
        return self._judged

    def blank(self) -> str:
        """A fresh blank node."""
        self._blanks += 1
        return f"_:b{self._blanks}"

    def state(self, subject: str, predicate: str, value: str, graph: str) -> None:
        """Add a statement; ``graph`` is ``""`` for the default graph."""
        self.lines.append(f"{subject} {predicate} {value} {graph} .\n")

    def node(self, value: Mapping[str, Any], terms: Terms, graph: str, place: str) -> str:
        """Add the statements of an object, and give its subject."""
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise invalid("credential", "", f"at most {MOST_NODES} objects", "more")
        outer, terms = terms, _with_types(value, terms)
        members = [(name, terms.iri(name, is_term=True)) for name in value if name != "@context"]
        subject = self._subject(value, members, terms, place)
        for name, iri in members:
            where = f"{place}.{name}" if place else name
            if iri == "@type":
                self._types(subject, value[name], outer, graph, where)
            elif iri in UNREAD:
                raise invalid("credential", where, "no such member", f"{iri}: this mock reads none")
            elif iri is None or not (iri.startswith("@") or ABSOLUTE.fullmatch(iri)):
                lost(where, "a term that a context defines", quoted(name))
            elif not iri.startswith("@"):
                check_name(iri, name, where)
                if iri in JUDGED:
                    self._judged.append((subject, place))
                self._property(subject, f"<{iri}>", value[name], name, terms, graph, where)
        return subject

    def _types(self, subject: str, value: Any, terms: Terms, graph: str, place: str) -> None:
        for number, item in enumerate(_listed(value)):
            where = f"{place}[{number}]"
            if not isinstance(item, str):
                raise invalid("credential", where, "a text", quoted(item))
            iri = terms.iri(item, is_term=True)
            if iri is None or not ABSOLUTE.fullmatch(iri):
                lost(where, "a type that a context defines", quoted(item))
            else:
                self.state(subject, TYPE, f"<{iri}>", graph)

    def _subject(
        self,
        value: Mapping[str, Any],
        members: list[tuple[str, str | None]],
        terms: Terms,
        place: str,
    ) -> str:
        ids = [name for name, iri in members if iri == "@id"]
        if not ids:
            return self.blank()
        where = f"{place}.{ids[0]}" if place else ids[0]
        given = value[ids[0]]
        if len(ids) > 1 or not isinstance(given, str):
            raise invalid("credential", where, "an absolute IRI", quoted(given))
        return self._name(terms.iri(given, is_term=False), where) or self.blank()

    def _name(self, iri: str | None, place: str) -> str:
        """An IRI or a blank node as a subject or an object; ``""`` for what is neither."""
        if iri is None or not ABSOLUTE.fullmatch(iri):
            if iri is not None and iri.startswith(BLANK):
                return self._names.setdefault(iri, "") or self._named(iri)
            lost(place, "an absolute IRI", quoted(iri))
            return ""
        return f"<{iri}>"

    def _named(self, label: str) -> str:
        self._names[label] = self.blank()
        return self._names[label]

    def _property(
        self,
        subject: str,
        predicate: str,
        value: Any,
        name: str,
        terms: Terms,
        graph: str,
        place: str,
    ) -> None:
        term = terms.defined.get(name, NOTHING)
        if "@graph" in term.container:
            for item in _flat(value):
                inside = self.blank()
                list(self._values(item, name, terms, inside, place))
                self.state(subject, predicate, inside, graph)
            return
        if term.type == "@json":
            self.state(subject, predicate, json_literal(value, place), graph)
            return
        if "@list" in term.container and not _is_list(value, terms):
            items = self._items(value, name, terms, graph, place)
            self.state(subject, predicate, self._list(items, graph), graph)
            return
        if "@language" in term.container and isinstance(value, dict):
            objects = self._translations(value, place)
        elif "@index" in term.container and isinstance(value, dict):
            objects = self._values(list(value.values()), name, terms, graph, place)
        else:
            objects = self._values(value, name, terms, graph, place)
        for object_ in objects:
            self.state(subject, predicate, object_, graph)

    def _values(self, value: Any, name: str, terms: Terms, graph: str, place: str) -> Iterator[str]:
        """The objects of statements that the value of a member stands for."""
        match value:
            case None:
                return
            case list():
                for number, item in enumerate(value):
                    yield from self._values(item, name, terms, graph, f"{place}[{number}]")
            case dict():
                yield from self._object(value, name, terms, graph, place)
            case _:
                if (scalar := self._scalar(value, name, terms, place)) != "":
                    yield scalar

    def _scalar(self, value: Any, name: str, terms: Terms, place: str) -> str:
        terms = terms.within(terms.defined.get(name, NOTHING))
        term = terms.defined.get(name, NOTHING)
        if isinstance(value, str) and term.type in ("@id", "@vocab"):
            return self._name(terms.iri(value, is_term=term.type == "@vocab"), place)
        datatype = "" if term.type.startswith("@") else term.type
        language = terms.language if term.language == "" else term.language
        return literal(value, place, datatype, None if datatype else language)

    def _object(
        self, value: Mapping[str, Any], name: str, terms: Terms, graph: str, place: str
    ) -> Iterator[str]:
        term = terms.defined.get(name, NOTHING)
        if terms.previous is not None:
            names = [terms.iri(key, is_term=True) for key in value]
            if "@value" not in names and names != ["@id"]:
                terms = terms.previous
        terms = terms.within(term)
        if "@context" in value:
            terms = self.inner_terms(value["@context"], terms)
        iris = {terms.iri(key, is_term=True): key for key in value if key != "@context"}
        if "@value" in iris:
            yield from self._value_object(value, iris, terms, place)
        elif "@list" in iris:
            listed = value[iris["@list"]]
            yield self._list(self._items(listed, name, terms, graph, place), graph)
        elif "@set" in iris:
            yield from self._values(value[iris["@set"]], name, terms, graph, place)
        else:
            yield self.node(value, terms, graph, place)

    def inner_terms(self, context: Any, terms: Terms) -> Terms:
        """The terms of a node that has a context of its own.

        Raises:
            InvalidBadge: when it is wrong, or there are too many.
        """
        parts = _listed(context)
        self._contexts += len(parts)
        if self._contexts > MOST_CONTEXTS:
            raise wrong(f"at most {MOST_CONTEXTS} contexts", "more")
        self._terms += sum(len(part) for part in parts if isinstance(part, dict))
        if self._terms > MOST_TERMS:
            raise wrong(f"at most {MOST_TERMS} terms", "more")
        return terms.after(context)

    def _value_object(
        self,
        value: Mapping[str, Any],
        iris: Mapping[str | None, str],
        terms: Terms,
        place: str,
    ) -> Iterator[str]:
        given = value[iris["@value"]]
        if "@direction" in iris:
            raise invalid(
                "credential", place, "no @direction, which no proof covers", quoted(value)
            )
        if unread := iris.keys() - {"@value", "@type", "@language", "@index"}:
            expected = "@value, @type, @language"
            raise invalid("credential", place, expected, quoted(iris[min(unread, key=str)]))
        kind = value.get(iris.get("@type", ""))
        language = value.get(iris.get("@language", ""))
        if not isinstance(kind, str | None) or not isinstance(language, str | None):
            raise invalid("credential", place, "texts as @type and @language", quoted(value))
        if given is None:
            return
        if kind == "@json":
            yield json_literal(given, place)
            return
        if isinstance(given, dict | list) or (kind and language):
            raise invalid("credential", place, "a text, number or boolean as @value", quoted(value))
        iri = terms.iri(kind, is_term=True) if kind else ""
        if iri is None or (iri and not ABSOLUTE.fullmatch(iri)):
            lost(place, "an absolute IRI as @type", quoted(kind))
            iri = ""
        yield literal(given, place, iri, language)

    def _translations(self, value: Mapping[str, Any], place: str) -> Iterator[str]:
        for language, texts in value.items():
            for text in _flat(texts):
                if not isinstance(text, str):
                    raise invalid("credential", place, "texts by language", quoted(text))
                yield text_literal(text, language=None if language == "@none" else language)

    def _items(self, value: Any, name: str, terms: Terms, graph: str, place: str) -> list[str]:
        values = (self._values(item, name, terms, graph, place) for item in _flat(value))
        return [item for found in values for item in found]

    def _list(self, items: list[str], graph: str) -> str:
        cells = [self.blank() for _ in items]
        for cell, item, rest in zip(cells, items, [*cells[1:], NIL], strict=False):
            self.state(cell, FIRST, item, graph)
            self.state(cell, REST, rest, graph)
        return cells[0] if cells else NIL


def statements(document: Mapping[str, Any], age: int = 0) -> list[str]:
    """The statements of a document as N-Quads, each with its line end.

    ``age`` says which states of the contexts count; see `contexts.state_of`.

    Raises:
        InvalidBadge: when a context is unknown or wrong, or something has no meaning.
    """
    graph = Graph()
    terms = terms_of(document.get("@context"), age)
    graph.node(document, terms, "", "")
    check_places(graph.judged)
    return graph.lines


def _with_types(value: Mapping[str, Any], terms: Terms) -> Terms:
    """The terms in a node, whose types may have contexts of their own."""
    members = sorted(name for name in value if terms.iri(name, is_term=True) == "@type")
    outer = terms
    for name in types_in(type_ for member in members for type_ in _listed(value[member])):
        term = outer.defined.get(name)
        if term is not None and term.has_context:
            terms = terms.of_type(term)
    return terms


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _is_list(value: Any, terms: Terms) -> bool:
    return isinstance(value, dict) and any(terms.iri(k, is_term=True) == "@list" for k in value)
