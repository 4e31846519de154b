"""RDF Dataset Canonicalization of credentials, by which signatures are made."""

from collections.abc import Mapping
from typing import Any

from pyld import jsonld
from pyld.context_resolver import ContextResolver

from conformance.openbadges.v3.contexts import document

QUADS = "application/n-quads"
ALGORITHM = "URDNA2015"
"""What RDFC-1.0 is called in the library."""
REMEMBERED = "static"
"""By which the library keeps a context, once it is processed."""
PROCESSED = jsonld.LRUCache(maxsize=100)
"""Contexts by URL. The library has a cache too, but for everybody in the process."""


def canonical(value: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> str:
    """The canonical N-Quads of a JSON-LD document (RDFC-1.0).

    ``known`` has documents of contexts in place of the shipped ones, by URL.

    Raises:
        ValueError: when a context is not shipped, or the document is no JSON-LD.
    """
    others = known or {}

    def load(url: str, _options: Any = None) -> dict[str, Any]:
        content = others[url] if url in others else document(url)
        return {"contextUrl": None, "documentUrl": url, "document": content, "tag": REMEMBERED}

    options: dict[str, Any] = {
        "algorithm": ALGORITHM,
        "format": "application/n-quads",
        "documentLoader": load,
        "contextResolver": ContextResolver({} if others else PROCESSED, load),
    }
    try:
        return str(jsonld.normalize(dict(value), options))
    except jsonld.JsonLdError as error:
        raise ValueError(_innermost(error)) from error


def _innermost(error: BaseException) -> str:
    """What began an error of the library, which wraps each in several others."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return f"no context is shipped for {error}" if isinstance(error, KeyError) else str(error)
