"""Text for a person at a terminal or in a CI log: colours, width, one line that is rewritten."""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable

import click

from conformance.core.plain import one_line, readable

WIDEST = 100
"""Columns of text, also on a wider terminal."""
NARROWEST = 40
REASONS = textwrap.TextWrapper(
    width=96, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
)


def say(text: str = "", *, colour: str | None = None, error: bool = False, end: str = "\n") -> None:
    """Print, in colour where that is wanted.

    What a target, an adapter or a file has put into the text is shown, and never obeyed.
    """
    text = str(readable(text))
    styled = click.style(text, fg=colour, bold=True) if colour else text
    click.echo(styled + end, nl=False, err=error, color=_wants_colour())


def say_over(text: str = "") -> None:
    """Print a line on standard error, over the one that was printed like this before."""
    click.echo(f"\r\x1b[2K{one_line(text)[: width()]}", err=True, nl=False)


def _wants_colour() -> bool | None:
    """What NO_COLOR, FORCE_COLOR and TERM ask for; ``None`` when they ask for nothing.

    See https://no-color.org and https://force-color.org.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return False if _is_dumb() else None


def _is_dumb() -> bool:
    return os.environ.get("TERM") == "dumb"


def is_live() -> bool:
    """Whether one line of standard error may be written over and over."""
    return sys.stderr.isatty() and "CI" not in os.environ and not _is_dumb()


def width() -> int:
    """Columns for text: those of the terminal, within bounds."""
    columns = shutil.get_terminal_size((WIDEST, 24)).columns
    return max(NARROWEST, min(WIDEST, columns))


def fold(text: str, indent: str = "", hanging: str | None = None) -> str:
    """A text in lines that fit, the first after ``indent``, the others after ``hanging``."""
    return click.wrap_text(text, width(), indent, indent if hanging is None else hanging)


def say_reasons(title: str, reasons: Iterable[str]) -> None:
    """Print every reason why something was refused, in lines that keep ids whole."""
    say(title, colour="red")
    for reason in reasons:
        say(REASONS.fill(reason))


def line(text: str, indent: str = "", hanging: str = "") -> str:
    """A text folded for a terminal; in a log it stays one line, which can be searched for."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return fold(text, indent, hanging)
    return f"{indent}{text}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 file``, ``2 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
