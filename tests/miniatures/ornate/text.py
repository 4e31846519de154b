"""JSON as we read it and as we write it."""

import json
from typing import Any, Never

from tests.miniatures.ornate.refused import Refused


def no_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")


def read_object(content: bytes, what: str) -> dict[str, Any]:
    """A JSON object in UTF-8 whose texts can be written as UTF-8 again."""
    try:
        document = json.loads(content.decode("utf-8"), parse_constant=no_constant)
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Refused(400, f"{what} should be JSON in UTF-8, such as {{}}.") from None
    if not isinstance(document, dict):
        raise Refused(400, f"{what} should be a JSON object.")
    return document


def written(document: dict[str, Any]) -> bytes:
    """With blanks, members from Z to A, and nothing but ASCII."""
    backwards = dict(sorted(document.items(), reverse=True))
    return (json.dumps(backwards, indent=2) + "\n").encode("ascii")
