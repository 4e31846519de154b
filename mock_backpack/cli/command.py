"""How a command ends: with an exit code that means what it says, and without a traceback."""

import errno
import io
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import click

from mock_backpack.cli.terminal import say
from mock_backpack.version import VERSION

USAGE = 2
OWN_TROUBLE = 3
"""Exit code when the command itself could not do its work, and nothing is known of anybody."""
DEBUG = "BACKPACK_DEBUG"
"""The environment variable that shows tracebacks."""
ENVIRONMENT = frozenset(
    {
        errno.EACCES,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOENT,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EPERM,
        errno.EROFS,
    }
)
"""Errors of the machine that a command runs on: no bug of the command."""


class Stream(io.FileIO):
    """Standard output or standard error; drops what cannot be written, and remembers the error.

    So a reader that goes away (``| head -1``) or a full device stops no run.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number, "w", closefd=False)
        self.error: OSError | None = None

    def write(self, content: Any) -> int:
        """Write bytes; all of them count as written once an error has occurred."""
        if self.error is None:
            try:
                return super().write(content) or 0
            except OSError as error:
                self.error = error
        return len(content)


class Group(click.Group):
    """A group of commands that ends with our exit codes."""

    def main(self, *words: Any, **extra: Any) -> Any:
        """Run a command and exit.

        2 for wrong usage, 3 for an internal error; never 1, which is a verdict.
        """
        output = _tolerant("stdout", 1)
        _tolerant("stderr", 2)
        extra["standalone_mode"] = False
        code = _exit_code(lambda: super(Group, self).main(*words, **extra), self.name or "")
        sys.exit(_after_output(code, output))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their whole summaries, folded where click would cut them."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, command.get_short_help_str(limit=1_000))
                    for name, command in commands
                    if command
                ]
            )


def _exit_code(run: Callable[[], Any], program: str) -> int:
    try:
        code = run()
    except click.UsageError as error:
        _show(error)
        return USAGE
    except click.ClickException as error:
        _show(error)
        return USAGE if isinstance(error, click.FileError) else OWN_TROUBLE
    except click.Abort:
        say("interrupted", err=True)
        return OWN_TROUBLE
    except (Exception, MemoryError) as error:  # noqa: BLE001 - the outermost edge of a command
        _report(error, program)
        return OWN_TROUBLE
    return code if isinstance(code, int) else 0


def _show(error: click.ClickException) -> None:
    """The message of click for an error; it may contain untrusted text."""
    shown = io.StringIO()
    error.show(shown)
    say(shown.getvalue().rstrip("\n"), err=True)


def _report(error: BaseException, program: str) -> None:
    """One sentence; the traceback only when it is asked for."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    say(sentence(error, program), err=True)


def sentence(error: BaseException, program: str) -> str:
    """The error, and how the user can fix it."""
    if isinstance(error, MemoryError):
        return "not enough memory"
    if isinstance(error, OSError) and error.errno in ENVIRONMENT:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{os.strerror(error.errno or 0)}"
    name = type(error).__name__
    return (
        f"unexpected {name}: {error}\n"
        f"This is a bug of {program} {VERSION}. Please report it with the command and its output "
        f"with {DEBUG}=1 set, which adds a traceback."
    )


def _tolerant(name: str, number: int) -> Stream | None:
    """Put a tolerant stream in the place of a standard one, unless a test has replaced that."""
    usual = getattr(sys, name)
    if usual is None or usual is not getattr(sys, f"__{name}__"):
        return None
    usual.flush()
    raw = Stream(number)
    stream = io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=usual.encoding,
        errors=usual.errors,
        line_buffering=usual.line_buffering,
        write_through=usual.write_through,
    )
    setattr(sys, name, stream)
    return raw


def _after_output(code: int, output: Stream | None) -> int:
    """The exit code, once all output is written; a closed pipe is not an error."""
    if output is None:
        return code
    sys.stdout.flush()
    if output.error is None or output.error.errno == errno.EPIPE:
        return code
    say(f"standard output: {os.strerror(output.error.errno or 0)}", err=True)
    return code or OWN_TROUBLE
