"""The commands ``explain`` and ``catalogue``."""

import click

from conformance.cli.explanations import as_markdown, as_sections, known
from conformance.core.catalogue import did_you_mean, requirement, requirements
from conformance.core.errors import AuthoringError
from conformance.core.terminal import fold, say


@click.command()
@click.argument("name", metavar="ID")
def explain(name: str) -> None:
    """Show what a requirement asks, why, what tests it, and how to fix a failure.

    ID may also be any other name that `list` shows.
    """
    if name.upper() not in requirements():
        _explain_entry(name)
        return
    [found] = known([requirement(name)])
    one = found.requirement
    say(f"{one.id}  {one.level}  (role {one.role}, {one.basis})")
    for title, lines in as_sections(found):
        say(f"\n{title}")
        for line in lines:
            say(fold(line, "  ", "    "))


def _explain_entry(name: str) -> None:
    """Tell all members of whatever has this name."""
    from conformance.cli.lists import every_entry, in_words, name_of  # noqa: PLC0415 - slow

    entries = list(every_entry())
    names = [name_of(entry) for _, entry in entries]
    found = [(kind, one) for kind, one in entries if name_of(one) == name]
    if not found:
        if name.upper().startswith("BC-"):
            requirement(name)
        raise AuthoringError(f"nothing is called {name!r}{did_you_mean(name, names)}")
    for kind, one in found:
        say(f"{name}  (one of the {kind})")
        for title, value in list(one.items())[1:]:
            if value not in (None, "", [], {}):
                say(fold(f"{title}: {in_words(value)}", "  ", "    "))


@click.command()
def catalogue() -> None:
    """Print docs/requirements.md: every requirement with all details."""
    click.echo(as_markdown(), nl=False)
