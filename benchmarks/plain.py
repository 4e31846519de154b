"""Measure how JSON is made harmless, beside other ways in the same run: no verdict.

``python -m benchmarks.plain`` writes a large value, such as a HAR file, as JSON: by ``json.dumps``
alone; so that its text is harmless too; and so that one pattern looks at each character, which
is the simplest way. Times are seconds of the thread, the middle of some rounds.
"""

import json
import sys
from functools import partial
from typing import Any

from benchmarks.timing import median_seconds
from conformance.core.plain import UNSEEN, json_text

ENTRIES = 10_000
ROUNDS = 5
ENTRY = {
    "url": "https://backpack.example/oauth/authorize?response_type=code&scope=assertion.create",
    "headers": [{"name": "Content-Type", "value": "text/html; charset=utf-8"}] * 4,
    "text": "<!doctype html>\n<html lang=en><title>Grant access?</title><p>«token 1» for Zoë",
}


def main() -> None:
    """Print a line for each way, for a value without and with a character to escape."""
    for name, last in (("plain", "x"), ("one escaped", "\u202e")):
        value = [*[ENTRY] * ENTRIES, last]
        for way, write in (
            ("json.dumps", partial(json.dumps, ensure_ascii=False)),
            ("json_text", json_text),
            ("one pattern", _by_pattern),
        ):
            sys.stdout.write(
                f"{name:12} {way:12} {median_seconds(partial(write, value), ROUNDS):.4f}\n"
            )


def _by_pattern(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text)


if __name__ == "__main__":
    main()
