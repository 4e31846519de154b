"""Values and names in messages: as JSON, bounded; and suggestions for misspelt names."""

import difflib
import json
from collections.abc import Iterable
from typing import Any

SEEN_LENGTH = 120
"""Characters of a value that a message shows."""


def quoted(value: object) -> str:
    """A value as JSON, bounded in length: so ``"true"``, ``true`` and ``""`` look different."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # a number of 5,000 digits, or deep nesting
        text = f"a {type(value).__name__} that is too large to show"
    return shortened(text.encode(errors="backslashreplace").decode())


def shortened(text: str) -> str:
    """A text that is bounded in length."""
    return text if len(text) <= SEEN_LENGTH else f"{text[:SEEN_LENGTH]}…"


def one_of(names: Iterable[str], seen: Any) -> str:
    """``expected one of …, saw …``, with a suggestion if a name comes close."""
    known = list(names)
    return f"expected one of {', '.join(known)}, saw {quoted(seen)}{suggestion(known, seen)}"


def suggestion(names: Iterable[str], seen: Any) -> str:
    """``; did you mean …?``, or nothing when no name comes close."""
    known = {name.lower(): name for name in names}
    close = difflib.get_close_matches(seen.lower(), known, n=3) if isinstance(seen, str) else []
    return f"; did you mean {' or '.join(known[name] for name in close)}?" if close else ""
