"""JSON-LD to canonical quads, with Oxigraph; contexts are put in place of their URLs."""

import hashlib
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

FOLDER = Path(__file__).parents[3] / "schemas" / "contexts"
PLACEHOLDER = "http://relative.invalid/"


class Unreadable(Exception):
    """Why a document has no meaning."""


@cache
def known() -> dict[str, Any]:
    table = tomllib.loads((FOLDER / "contexts.toml").read_text())["context"]
    return {one["url"]: json.loads((FOLDER / one["file"]).read_text())["@context"] for one in table}


def inlined(contexts: Any) -> list[Any]:
    whole = contexts if isinstance(contexts, list) else [contexts]
    written = []
    for one in whole:
        if isinstance(one, str) and one not in known():
            raise Unreadable(f"the context {one} is not known")
        written.append(known()[one] if isinstance(one, str) else one)
    return written


def canonical(document: dict[str, Any]) -> str:
    text = json.dumps({**document, "@context": inlined(document.get("@context", []))})
    try:
        quads = ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=PLACEHOLDER)
        dataset = ox.Dataset(quads)
    except (SyntaxError, ValueError) as error:
        raise Unreadable(str(error)) from None
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(f"{quad} .\n" for quad in dataset)
    if any(PLACEHOLDER in line for line in lines):
        raise Unreadable("a type or an id is relative")
    return "".join(lines)


def hashed(document: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(document).encode()).digest()


def members(contexts: Any) -> set[str]:
    """The terms that contexts define anywhere: what is not among them means nothing."""
    return set(re.findall(r'"([^"@]+)":', json.dumps(inlined(contexts))))
