"""Measure redaction, each time beside one pattern of all secrets in the same run: no verdict.

``python -m benchmarks.redaction`` finds secrets in a text by their number and by its size. With
the largest text the pattern alone takes more than a minute. It is the simplest way: it knows
each secret as it is, percent-encoded and in base64, where redaction knows some twenty
forms more. Times are seconds of the thread.
"""

import base64
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from urllib.parse import quote

from conformance.core.redaction.vault import Vault

SECRETS = (10, 100, 1_000)
SIZES = (1_000, 100_000, 500_000)
ROUNDS = 3
SEED = 1
COLUMNS = ("secrets", "characters", "learn", "compile", "find", "pattern")
LINE = '{"name": "Content-Type", "value": "text/html; x=%d", "body": "<p class=\\"a\\">%x</p>"}\n'
"""As a record has it."""


def main() -> None:
    """Print the table: seconds of either way, to prepare and to find."""
    chance = random.Random(SEED)  # noqa: S311 - the same texts each time
    _write(COLUMNS)
    for number in SECRETS:
        values = [base64.urlsafe_b64encode(chance.randbytes(32)).decode() for _ in range(number)]
        prepared = _median(partial(_learned, values)), _median(partial(_pattern, values))
        vault, pattern = _learned(values), _pattern(values)
        for size in SIZES:
            text = _record(chance, size)
            seen = _median(partial(vault.hits, text)), _median(partial(pattern.findall, text))
            _write((number, size, *(f"{one:.4f}" for one in (*prepared, *seen))))


def _write(cells: Sequence[object]) -> None:
    sys.stdout.write(" ".join(f"{cell!s:>10}" for cell in cells) + "\n")


def _learned(values: Sequence[str]) -> Vault:
    vault = Vault()
    for value in values:
        vault.learn(value, "token")
    return vault


def _pattern(values: Sequence[str]) -> re.Pattern[str]:
    re.purge()  # or the second round would find it compiled
    forms = (
        form
        for value in values
        for form in (value, quote(value, safe=""), base64.b64encode(value.encode()).decode())
    )
    return re.compile("|".join(map(re.escape, forms)))


def _record(chance: random.Random, size: int) -> str:
    """A text without a secret."""
    lines, length = list[str](), 0
    while length < size:
        lines.append(LINE % (chance.randrange(10**9), chance.getrandbits(64)))
        length += len(lines[-1])
    return "".join(lines)[:size]


def _median(work: Callable[[], object]) -> float:
    return median(_seconds(work) for _ in range(ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


if __name__ == "__main__":
    main()
