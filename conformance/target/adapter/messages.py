"""Messages between the suite and an adapter, each a line of JSON (``schemas/adapter.json``)."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from attrs import frozen

from conformance.core.schemas import ROOT, Schema, brief, compiled, load, misfit

SCHEMA = "adapter"


@frozen
class InvalidMessage(Exception):
    """A line that is not a valid message of the expected kind."""

    message: str

    def __str__(self) -> str:
        return self.message


def call(number: int, method: str, arguments: Mapping[str, Any]) -> bytes:
    """The line of a call."""
    return json.dumps({"id": number, "call": method, "arguments": arguments}).encode() + b"\n"


def read(line: bytes, kind: str) -> Any:
    """The message of a line: ``hello`` or ``reply``.

    Raises:
        InvalidMessage: when the line is anything else.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        saw = brief(line.decode(errors="replace").rstrip())
        raise InvalidMessage(f"expected {_title(kind)}, saw {saw}") from None
    _check(message, kind)
    return message


def check_result(method: str, result: Any) -> None:
    """Check the result of a method.

    Raises:
        InvalidMessage: when the result does not match the schema.
    """
    _check(result, f"result/{method}")


def wrong_grant(parameters: Mapping[str, Any]) -> str:
    """What is wrong with callback parameters, without revealing tokens; ``""`` if valid."""
    wrong = misfit(_validator("granted"), parameters)
    if wrong is None:
        return ""
    value = parameters.get(str(wrong.where))
    is_token = wrong.where.endswith("_token") and value not in (None, "")
    saw = f"a value of the type {type(value).__name__}" if is_token else wrong.saw
    return f"{wrong.where}: expected {wrong.expected}, saw {saw}"


def _check(value: Any, kind: str) -> None:
    if wrong := misfit(_validator(kind), value):
        raise InvalidMessage(str(wrong))


@cache
def _validator(kind: str) -> Schema:
    return compiled({"$ref": f"{ROOT}{SCHEMA}.json#/$defs/{kind}"}, _title(kind))


def _title(kind: str) -> str:
    schema = load(SCHEMA)["$defs"]
    for part in kind.split("/"):
        schema = schema[part]
    return str(schema["title"])


def methods() -> tuple[str, ...]:
    """All methods that an adapter can have."""
    return tuple(load(SCHEMA)["$defs"]["method"]["enum"])
