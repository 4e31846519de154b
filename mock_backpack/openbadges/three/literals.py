"""Values and names as N-Quads write them (JSON-LD 1.1 API, section 8.6; RDF 1.1 N-Quads)."""

from typing import Any

from mock_backpack.core.strict_json import json_bytes
from mock_backpack.openbadges.complaint import InvalidBadge, invalid, quoted

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DOUBLE = f"{XSD}double"
LARGEST = 2**53 - 1
"""Whole numbers beyond this are rounded in some languages, and get another signature there."""
ALWAYS_DOUBLE = 1e21
"""From here on a number is a double, whole or not."""
ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)


def text_literal(text: str, datatype: str = "", language: str | None = None) -> str:
    """A text, perhaps of a type or in a language."""
    written = f'"{text.translate(ESCAPES)}"'
    if datatype:
        return f"{written}^^<{datatype}>"
    return f"{written}@{language.lower()}" if language else written


def literal(value: Any, place: str, datatype: str = "", language: str | None = None) -> str:
    """A text, number or boolean.

    Raises:
        InvalidBadge: for a number that not all verifiers write alike.
    """
    if isinstance(value, str):
        return text_literal(value, datatype, language)
    if isinstance(value, bool):
        return text_literal("true" if value else "false", datatype or f"{XSD}boolean")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise _odd(f"a whole number of at most {LARGEST}", value, place)
    if datatype != DOUBLE and abs(value) < ALWAYS_DOUBLE and float(value).is_integer():
        if abs(value) > LARGEST:
            raise _odd(f"a whole number of at most {LARGEST}", value, place)
        if value == 0 and str(value).startswith("-"):
            raise _odd("0 without a sign", value, place)
        return text_literal(str(int(value)), datatype or f"{XSD}integer")
    return text_literal(_double(float(value)), datatype or DOUBLE)


def _odd(expected: str, value: Any, place: str) -> InvalidBadge:
    """The refusal of a number."""
    return invalid("credential", place, f"{expected}, since verifiers differ", str(value))


def _double(number: float) -> str:
    """The canonical form of xsd:double with 15 digits after the point."""
    mantissa, _, exponent = f"{number:.15E}".partition("E")
    digits = mantissa.rstrip("0")
    return f"{digits}{'0' if digits.endswith('.') else ''}E{int(exponent)}"


def json_literal(value: Any, place: str) -> str:
    """A JSON value as it is (``@type: @json``), in canonical form (RFC 8785).

    Raises:
        InvalidBadge: when it has a number with a fraction, which is refused for the same reason.
    """
    return text_literal(json_bytes(_sorted(value, place)).decode(), f"{RDF}JSON")


def _sorted(value: Any, place: str) -> Any:
    match value:
        case dict():
            names = sorted(value, key=lambda name: name.encode("utf-16-be"))
            return {name: _sorted(value[name], place) for name in names}
        case list():
            return [_sorted(item, place) for item in value]
        case float():
            raise _odd("whole numbers in JSON values", quoted(value), place)
    return value
