"""Other texts made of known ones."""

import base64
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from conformance.runner.state import Broken, State
from conformance.runner.verbs.done import Done


async def derive(_state: State, wanted: Mapping[str, Any]) -> Done:
    """Another text than the given one."""
    text = wanted["from"]
    if not isinstance(text, str) or len(text) < 2:
        raise Broken(f"expected a text of two characters at least, saw {text!r}")
    return Done(saved={"text": CHANGES[wanted["change"]](text)})


def _swap_case(text: str) -> str:
    """Other case; a text without letters gets one character more, so that it differs at all."""
    return text.swapcase() if text.swapcase() != text else f"{text}A"


CHANGES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "swap-case": _swap_case,
        "drop-last": lambda text: text[:-1],
        "base64": lambda text: base64.b64encode(text.encode()).decode(),
        "base64-unpadded": lambda text: base64.b64encode(text.encode()).decode().rstrip("="),
        "append-blank": lambda text: f"{text} ",
        "double": lambda text: text * 2,
        "same-shape": lambda text: "".join(map(_shifted, text)),
    }
)
"""Ways to make another text, by name."""


def _shifted(character: str) -> str:
    """The next letter or digit, so that a text keeps its shape."""
    if character.isascii() and character.isalnum():
        turn = {"z": "a", "Z": "A", "9": "0"}
        return turn.get(character, chr(ord(character) + 1))
    return character
