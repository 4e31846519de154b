"""JSON as RFC 8259 defines it, without Python's extensions."""

import json
import math
from typing import Any, NoReturn

import orjson
from attrs import frozen

DEEPEST = 64
"""Levels of nesting; no document of this API has ten."""
SHOWN = 24
"""Characters that are shown of what is no JSON."""
DEEPEST_STATE = 4 * DEEPEST
"""Of a snapshot and of a state file: each has badges, of three documents one in the other."""
LONG_NUMBER = b"0" * 19
"""With fewer digits every whole number has at most 64 bits."""
_SHAPE = bytes.maketrans(b"123456789{", b"000000000[")
"""Maps all digits to 0, and all opening brackets to ``[``."""


@frozen
class NotJson(Exception):
    """Bytes that are no JSON that can be worked with."""

    saw: str
    """What they are, or the text at the place where the JSON ends."""
    expected: str = "JSON"

    def __str__(self) -> str:
        return f"expected {self.expected}, saw {self.saw}"


def strict_json(content: bytes, deepest: int = DEEPEST) -> Any:
    """Parse JSON in UTF-8: no NaN, no infinity, no unpaired surrogate, no deep nesting.

    Args:
        content: the bytes.
        deepest: levels of nesting that it may have.

    Raises:
        NotJson: when it is something else.
    """
    # orjson is here for speed alone, and stays here: the strict reader decides by the same shape
    # when it may be used, and takes over where it cannot say what is wrong
    shape = content.translate(_SHAPE)
    try:
        value = orjson.loads(content) if is_usual(shape) else _slowly(content, deepest)
    except orjson.JSONDecodeError:
        value = _slowly(content, deepest)  # which can say what is wrong, and where
    if shape.count(b"[") > deepest:
        _check(value, deepest)
    return value


def json_bytes(value: Any) -> bytes:
    """A value as JSON in UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError:  # it takes no whole numbers of more than 64 bits
        return json.dumps(value).encode()


def is_usual(shape: bytes) -> bool:
    """Whether there is no number so long that orjson would round it."""
    return LONG_NUMBER not in shape


def _slowly(content: bytes, deepest: int) -> Any:
    try:
        text = content.decode("utf-8")
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise NotJson(f"bytes that are not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise NotJson(_broken(error)) from error
    except RecursionError as error:
        raise _too_deep(deepest) from error
    except ValueError as error:
        raise _too_large() from error
    if "\\u" in text:
        _check(value, deepest)
    return value


def _broken(error: json.JSONDecodeError) -> str:
    """The text at the place where it stops being JSON."""
    if not error.doc.strip():
        return "an empty document"
    if error.doc.startswith("\ufeff"):
        return "a byte order mark before it"
    where = f"at line {error.lineno} column {error.colno}"
    rest = error.doc[error.pos : error.pos + SHOWN]
    shown = (rest.splitlines() or [""])[0] or rest[:1]
    return f"{json.dumps(shown, ensure_ascii=False)} {where}" if rest else f"its end {where}"


def _too_deep(deepest: int) -> NotJson:
    return NotJson("more", f"JSON of at most {deepest} levels")


def _too_large() -> NotJson:
    return NotJson("a larger number", "JSON with numbers of a usual size")


def _no_constant(name: str) -> NoReturn:
    raise NotJson(f"{name}, which JSON does not have")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _too_large()
    return number


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)


def _check(value: Any, deepest: int) -> None:
    """See that nothing is deep and no text broken, without recursion: it must not end us."""
    level = [value]
    for _ in range(deepest):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise _too_deep(deepest)


def _inside(value: Any) -> list[Any]:
    match value:
        case dict():
            return [*value, *value.values()]
        case list():
            return value
        case str():
            if any("\ud800" <= char <= "\udfff" for char in value):
                raise NotJson("an unpaired surrogate", "JSON with Unicode text")
    return []


def kind_of(value: object) -> str:
    """The JSON type of a value, for a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "an array"
        case _:
            return "an object"
