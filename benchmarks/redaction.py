"""Measure redaction, each time beside one pattern of all secrets in the same run: no verdict.

``python -m benchmarks.redaction`` finds secrets in a text by their number and by its size: in one
without any, and in one that holds some. With the largest text the pattern alone takes more than
a minute. It is the simplest way: it knows each secret as it is, percent-encoded and in base64,
where redaction knows some twenty forms more. Times are seconds of the thread.
"""

import base64
import random
import re
import sys
from collections.abc import Sequence
from functools import partial
from urllib.parse import quote

from benchmarks.timing import median_seconds
from conformance.core.redaction.vault import Vault

SECRETS = (10, 100, 1_000)
SIZES = (3_000, 100_000, 500_000)
"""Characters: more than a text has whose secrets are remembered."""
ROUNDS = 3
SEED = 1
EACH = 10
"""Of so many lines one holds a secret, in a text with secrets."""
COLUMNS = ("secrets", "characters", "learn", "compile", "find", "pattern", "held", "pattern")
LINE = '{"name": "Content-Type", "value": "text/html; x=%d", "body": "<p class=\\"a\\">%x</p>"}\n'
"""As a record has it."""


def main() -> None:
    """Print the table: seconds of either way, to prepare and to find."""
    chance = random.Random(SEED)  # noqa: S311 - the same texts each time
    _write(COLUMNS)
    for number in SECRETS:
        values = [base64.urlsafe_b64encode(chance.randbytes(32)).decode() for _ in range(number)]
        prepared = (
            median_seconds(partial(_learned, values), ROUNDS),
            median_seconds(partial(_pattern, values), ROUNDS),
        )
        vault, pattern = _learned(values), _pattern(values)
        for size in SIZES:
            found = [
                median_seconds(partial(find, text), ROUNDS)
                for text in (_record(chance, size), _record(chance, size, values))
                for find in (vault.hits, pattern.findall)
            ]
            _write((number, size, *(f"{seconds:.4f}" for seconds in (*prepared, *found))))


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


def _record(chance: random.Random, size: int, secrets: Sequence[str] = ()) -> str:
    """A text without a secret, or with some of those held, percent-encoded as in a URL."""
    lines, length = list[str](), 0
    while length < size:
        lines.append(LINE % (chance.randrange(10**9), chance.getrandbits(64)))
        if secrets and len(lines) % EACH == 0:
            lines.append(
                f"https://issuer.example/?code={quote(chance.choice(secrets), safe='')}%20x\n"
            )
        length += len(lines[-1])
    return "".join(lines)[:size]


if __name__ == "__main__":
    main()
