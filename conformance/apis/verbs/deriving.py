"""The verb ``derive``: a text made from another text."""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from urllib.parse import urlsplit

from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult
from conformance.scenario.verb import TEXT, Arguments, Saves, about, spares_grants, verb

LENGTHS = (1_900, 100_000, 10_000_000)
"""Characters: what must work, what no URL may have, what no body may have."""


@verb(
    arguments={
        "required": ["from", "change"],
        "properties": {
            "from": about("A text, such as `$grant.access_token`.", TEXT),
            "change": about(
                "The change.",
                {
                    "examples": [
                        "append-blank",
                        "base64",
                        "base64-unpadded",
                        "double",
                        "drop-last",
                        "same-shape",
                        "swap-case",
                    ],
                    "type": "string",
                },
            ),
        },
    },
    saves=Saves(("text",)),
    spares_grants=spares_grants,
)
async def derive(state: State, arguments: Arguments) -> StepResult:
    """Changes a text."""
    text = arguments["from"]
    if not isinstance(text, str) or len(text) < 2:
        raise StepFailed(f"expected a string of at least two characters, saw {text!r}")
    change = arguments["change"]
    derived = state.session.api.language.changes[change](text)
    state.secrets.add_derived(derived, text, WORDS.get(change, change))
    return StepResult(saved={"text": derived})


WORDS: Mapping[str, str] = MappingProxyType(
    {
        "swap-case": "letter case swapped",
        "drop-last": "last character dropped",
        "base64-unpadded": "base64 without padding",
        "append-blank": "blank appended",
        "double": "twice",
        "same-shape": "each letter and digit replaced by the next",
    }
)
"""How reports describe a changed secret, by the name of the change."""


def _swap_case(text: str) -> str:
    """The other case; a text without letters gets one more character, so that it differs."""
    return text.swapcase() if text.swapcase() != text else f"{text}A"


def _with_other_end(text: str) -> str:
    """The same except for the last character, which is replaced by a hexadecimal digit."""
    return f"{text[:-1]}{'1' if text[-1] == '0' else '0'}"


def _at_other_host(text: str) -> str:
    """The local part of an e-mail address at another host."""
    return f"{text.rpartition('@')[0]}@elsewhere.example"


def _lengthened(count: int, text: str) -> str:
    return text + "x" * count


CHANGES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "swap-case": _swap_case,
        "drop-last": lambda text: text[:-1],
        "base64": lambda text: base64.b64encode(text.encode()).decode(),
        "base64-unpadded": lambda text: base64.b64encode(text.encode()).decode().rstrip("="),
        "append-blank": lambda text: f"{text} ",
        "prepend-blank": lambda text: f" {text}",
        "append-newline": lambda text: f"{text}\n",
        "append-letter": lambda text: f"{text}A",
        "first-half": lambda text: text[: len(text) // 2],
        "other-end": _with_other_end,
        "other-host": _at_other_host,
        "double": lambda text: text * 2,
        **{f"lengthen-by-{count}": partial(_lengthened, count) for count in LENGTHS},
        "url-path": lambda text: urlsplit(text).path.rstrip("/"),
        "url-host": lambda text: urlsplit(text).netloc,
        "same-shape": lambda text: "".join(map(_shifted, text)),
    }
)
"""Functions that change a text, by name."""


def _shifted(character: str) -> str:
    """The next letter or digit, so that a text keeps its shape."""
    if character.isascii() and character.isalnum():
        turn = {"z": "a", "Z": "A", "9": "0"}
        return turn.get(character, chr(ord(character) + 1))
    return character
