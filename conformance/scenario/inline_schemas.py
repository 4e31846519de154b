"""The lint of JSON Schemas in scenario files: validity, known formats, references."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from conformance.core.catalogue import did_you_mean
from conformance.core.documents import Path_
from conformance.core.schemas import FORMATS, ROOT, all_schemas, registry, wrong_schema
from conformance.scenario.mistake import Mistake
from conformance.scenario.references import references

SINGLE = (
    "items",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "additionalProperties",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contentSchema",
)
"""Keywords that hold one schema."""
SOME = ("allOf", "anyOf", "oneOf", "prefixItems")
"""Keywords that hold a list of schemas."""
NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs")
"""Keywords that hold schemas by name."""

KEYWORDS = frozenset(
    (
        *(*Draft202012Validator.VALIDATORS, *SINGLE, *SOME, *NAMED, "minContains", "maxContains"),
        *("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"),
        *("$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "$comment"),
        *("contentEncoding", "contentMediaType"),
    )
)
"""All keywords. A validator skips any other, so that a misspelt one would allow everything."""


def wrong_schemas(schema: Any) -> Iterator[Mistake]:
    """All mistakes in a schema, with their paths inside it."""
    if not isinstance(schema, Mapping):
        return
    if message := wrong_schema(schema):
        yield Mistake(message, ())
        return
    resource = Resource.from_contents(dict(schema), default_specification=DRAFT202012)
    whole = registry().with_resource("", resource)
    for part, path in _parts(schema, ()):
        yield from _check_format(part.get("format"), (*path, "format"))
        yield from _check_reference(part.get("$ref"), whole, (*path, "$ref"))


def unknown_keywords(schema: Any) -> Iterator[Mistake]:
    """Members of a right schema that are no keywords, with their paths inside it."""
    for part, path in _parts(schema, ()):
        for name in part:
            if name not in KEYWORDS:
                advice = did_you_mean(name, KEYWORDS, 0.75)
                message = f"no keyword of JSON Schema is called {name!r}{advice}"
                yield Mistake(message, (*path, name))


def _parts(schema: Any, path: Path_) -> Iterator[tuple[Mapping[str, Any], Path_]]:
    """A schema and all its subschemas; the values of ``const`` and ``enum`` are not schemas."""
    if not isinstance(schema, Mapping):
        return
    yield schema, path
    for name in SINGLE:
        yield from _parts(schema.get(name), (*path, name))
    for name in SOME:
        for number, part in enumerate(schema.get(name, ())):
            yield from _parts(part, (*path, name, number))
    for name in NAMED:
        for member, part in schema.get(name, {}).items():
            yield from _parts(part, (*path, name, member))


def _check_format(written: Any, path: Path_) -> Iterator[Mistake]:
    known = sorted(FORMATS.checkers)
    if isinstance(written, str) and written not in known and not list(references(written)):
        advice = did_you_mean(written, known) or f": expected one of {', '.join(known)}"
        yield Mistake(f"no format is called {written!r}{advice}", path)


def _check_reference(written: Any, whole: Registry[Any], path: Path_) -> Iterator[Mistake]:
    if not isinstance(written, str) or list(references(written)):
        return
    try:
        whole.resolver().lookup(written)
    except Unresolvable:
        known = [f"{ROOT}{name}.json" for name in all_schemas()]
        advice = did_you_mean(written.partition("#")[0], known) if written[:1] != "#" else ""
        yield Mistake(f"$ref: {written!r} resolves to no schema{advice}", path)
