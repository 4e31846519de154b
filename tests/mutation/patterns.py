"""Regular expressions that differ a little from a given one."""

import re
from collections.abc import Iterator

OTHERS = {"+": ("*", ""), "*": ("+", ""), "?": ("",), "^": ("",), "$": ("",)}
COUNTED = re.compile(r"\{(\d+)(,\d*)?\}")


def other_patterns(pattern: str) -> Iterator[str]:
    """Patterns with one quantifier, anchor or bound changed; each of them compiles."""
    for changed in _changed(pattern):
        try:
            re.compile(changed)
        except re.error:
            continue
        if changed != pattern:
            yield changed


def _changed(pattern: str) -> Iterator[str]:
    for at, character in enumerate(pattern):
        if at and pattern[at - 1] == "\\":
            continue
        for other in OTHERS.get(character, ()):
            yield pattern[:at] + other + pattern[at + 1 :]
    for found in COUNTED.finditer(pattern):
        for bounds in (f"{{{found[1]},}}", "+", ""):
            yield pattern[: found.start()] + bounds + pattern[found.end() :]
