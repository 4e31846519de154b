"""How the values of a record are written as JSON, and read from it."""

import base64
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from conformance.core.exchange import Exchange
from conformance.core.requirement import Requirement
from conformance.core.verdict import Finding
from conformance.record.model import ScenarioLine

if TYPE_CHECKING:
    from cattrs import Converter

LONGEST_BODY = 64 * 1024
"""Characters, or bytes where it is no text, of a body that a record keeps."""
UNWRITTEN: Mapping[type, tuple[str, ...]] = {
    Exchange: ("failure",),
    Requirement: ("about", "apis"),
}
"""Members that no record keeps."""
WRITTEN_IF_SET: Mapping[type, tuple[str, ...]] = {
    Finding: (
        "expected",
        "came_back",
        "reason",
        "exchange",
        "reading",
        "example",
        "alone",
        "places",
        "suite_failed",
    ),
    Exchange: ("step",),
    ScenarioLine: ("habits",),
}
"""Members that are left out where they are empty."""

ROUNDED: Mapping[type, tuple[str, ...]] = {Exchange: ("seconds",), ScenarioLine: ("seconds",)}


@cache
def values() -> "Converter":
    """Converts between values and JSON; a body is bounded, and its secrets stay."""
    return _converter(body_members)


@cache
def raw_values() -> "Converter":
    """The same with every body as its bytes, for those who take secrets out of them first."""
    return _converter(lambda body: body)


def _converter(body: Callable[[bytes], Any]) -> "Converter":
    from cattrs import Converter  # noqa: PLC0415 - 40 ms that commands without a record save
    from cattrs.gen import make_dict_unstructure_fn, override  # noqa: PLC0415

    lists: Mapping[type, Callable[[Any], Any]] = {tuple: list}  # as JSON has no other
    converter = Converter(detailed_validation=False, unstruct_collection_overrides=lists)
    converter.register_unstructure_hook(bytes, body)
    converter.register_structure_hook(bytes, lambda members, _: _bytes(members))
    for kind in (Finding, Exchange, ScenarioLine, Requirement):
        members: dict[str, Any] = {
            **{name: override(omit=True) for name in UNWRITTEN.get(kind, ())},
            **{name: override(unstruct_hook=_rounded) for name in ROUNDED.get(kind, ())},
        }
        write = make_dict_unstructure_fn(kind, converter, **members)
        converter.register_unstructure_hook(kind, _without_empty(write, kind))
    return converter


def _without_empty(write: Callable[[Any], dict[str, Any]], kind: type) -> Any:
    """cattrs would put members that may be left out behind all others."""
    if_set = frozenset(WRITTEN_IF_SET.get(kind, ()))
    if not if_set:
        return write
    return lambda value: {
        name: member for name, member in write(value).items() if member or name not in if_set
    }


def body_members(body: bytes, longest: int = LONGEST_BODY) -> dict[str, Any]:
    """A body as a record has it: its text, or its bytes in base64, and how much was cut off."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        shown = base64.b64encode(body[:longest]).decode()
        return {"base64": shown, **cut_members(len(body), longest)}
    return {"text": text[:longest], **cut_members(len(text), longest)}


def cut_members(length: int, longest: int = LONGEST_BODY) -> dict[str, int]:
    """How much of a body of this length a record does not keep."""
    return {"cut": length - longest} if length > longest else {}


def _rounded(seconds: float) -> float:
    return round(seconds, 4)


def _bytes(members: Mapping[str, str]) -> bytes:
    if "base64" in members:
        return base64.b64decode(members["base64"])
    return members["text"].encode()
