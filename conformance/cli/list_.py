"""The command ``backpack-conformance list``."""

import json

import click

from conformance.cli.lists import LISTINGS


@click.command("list", help=f"List what the suite knows. WHAT is one of {', '.join(LISTINGS)}.")
@click.argument("what", metavar="WHAT", type=click.Choice(list(LISTINGS)))
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def list_command(what: str, *, as_json: bool) -> None:
    """A line for each thing, or JSON."""
    listing = LISTINGS[what]
    if as_json:
        click.echo(json.dumps(list(listing.entries()), indent=2, ensure_ascii=False))
        return
    for line in listing.lines():
        click.echo(line)
