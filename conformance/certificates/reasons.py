"""Why there is no certificate, or why one does not hold, in lines that keep ids whole."""

import textwrap
from collections.abc import Iterable

from conformance.core.terminal import say

LINES = textwrap.TextWrapper(
    width=96,
    initial_indent="  ",
    subsequent_indent="    ",
    break_on_hyphens=False,
)


def refuse(title: str, reasons: Iterable[str]) -> None:
    """Tell every reason."""
    say(title, colour="red")
    for reason in reasons:
        say(LINES.fill(reason))
