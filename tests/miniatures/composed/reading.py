"""JSON-LD to RDF statements with rdflib; what no context defines is refused, and not dropped."""

import json
import logging
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import rdflib
from rdflib.namespace import XSD
from rdflib.plugins.parsers.jsonld import Parser
from rdflib.plugins.shared.jsonld.context import Context, Term

from tests.miniatures.composed.rdfc import Quad, canonical

rdflib.NORMALIZE_LITERALS = False  # a signature is over times as they were written
logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # what is no time is told by the shape
FOLDER = Path(__file__).parents[3] / "schemas" / "contexts"
NOWHERE = "http://relative.invalid/"
GREATEST = 10**21
KEYWORDS = ("@context", "@id", "@type")


class Unreadable(Exception):
    """Why a document does not say anything for certain."""


@cache
def contexts() -> dict[str, Any]:
    table = tomllib.loads((FOLDER / "contexts.toml").read_text())["context"]
    return {one["url"]: json.loads((FOLDER / one["file"]).read_text())["@context"] for one in table}


def in_place(named: Any) -> list[Any]:
    """Contexts in place of their URLs; none is fetched."""
    listed = named if isinstance(named, list) else [named]
    if strange := [one for one in listed if isinstance(one, str) and one not in contexts()]:
        raise Unreadable(f"the context {strange[0]} is not known here")
    return [contexts()[one] if isinstance(one, str) else one for one in listed]


class SafeParser(Parser):
    """rdflib's parser, with the numbers of JSON-LD 1.1 and without dropping anything."""

    is_safe = True

    def _to_object(
        self,
        dataset: Any,
        graph: Any,
        context: Context,
        term: Term | None,
        node: Any,
        inlist: bool = False,
    ) -> Any:
        if isinstance(node, int | float) and not isinstance(node, bool):
            return number(node, term.type if term else None)
        return super()._to_object(dataset, graph, context, term, node, inlist)

    def _key_to_graph(
        self,
        dataset: Any,
        graph: Any,
        context: Context,
        subj: Any,
        key: str,
        obj: Any,
        reverse: bool = False,
        no_id: bool = False,
    ) -> None:
        term = context.terms.get(key)
        if self.is_safe and key not in KEYWORDS and ":" not in str(term.id if term else key):
            is_keyword = term is not None and str(term.id).startswith("@")
            if not is_keyword:
                raise Unreadable(f"no context defines {key}")
        super()._key_to_graph(dataset, graph, context, subj, key, obj, reverse, no_id)


def number(value: float, kind: Any) -> rdflib.Literal:
    """A number as a literal (JSON-LD 1.1 API, section 8.2.2)."""
    datatype = kind if kind and str(kind) != "@none" else None
    is_whole = float(value).is_integer() and abs(value) < GREATEST
    if is_whole and str(datatype) != str(XSD.double):
        return rdflib.Literal(str(int(value)), datatype=datatype or XSD.integer)
    mantissa, _, exponent = f"{value:.15E}".partition("E")
    digits = mantissa.rstrip("0")
    text = f"{digits}{'0' if digits.endswith('.') else ''}E{int(exponent)}"
    return rdflib.Literal(text, datatype=datatype or XSD.double)


def statements(document: dict[str, Any], parser: type[SafeParser]) -> list[Quad]:
    dataset = rdflib.Dataset()
    context = Context(base=NOWHERE, version=1.1)
    context.load(in_place(document.get("@context", [])), base=NOWHERE)
    body = {name: value for name, value in document.items() if name != "@context"}
    reader = parser()
    # not parse(), which asks the dataset for what rdflib calls deprecated itself
    reader._add_to_graph(dataset, dataset.default_graph, context, body)
    quads = [(s, p, o, None if is_default(g) else g) for s, p, o, g in dataset.quads()]
    if parser.is_safe and any(NOWHERE in str(part) for quad in quads for part in quad):
        raise Unreadable("a type or an id has no meaning")
    return quads


def is_default(graph: Any) -> bool:
    return graph is None or str(getattr(graph, "identifier", graph)) == "urn:x-rdflib:default"


def text_of(document: dict[str, Any], parser: type[SafeParser] = SafeParser) -> str:
    """The canonical N-Quads of a document."""
    try:
        return canonical(statements(document, parser))
    except (Unreadable, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - rdflib fails in many ways at what is no JSON-LD
        raise Unreadable(f"not JSON-LD: {error}") from None
