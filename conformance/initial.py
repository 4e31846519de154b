"""The command ``init``: look at a Backpack, ask what cannot be seen, and write a target.toml."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from attrs import evolve, frozen

from conformance.client import Wire
from conformance.configuration.configuration import Configuration, configured
from conformance.configuration.file import NAME
from conformance.configuration.writing import accounts, written
from conformance.flags import target_options
from conformance.probes.consenting import consent
from conformance.probes.probe import Health, Probe
from conformance.probes.reaching import pages, reach
from conformance.session import RunOptions, running
from conformance.target.forms import Act
from conformance.target.inventory import draft
from conformance.target.onward import page_of
from conformance.terminal import say
from conformance.values.errors import AuthoringError


@frozen
class Seen:
    """What a look at the Backpack has shown."""

    probes: tuple[Probe, ...]
    draft: Sequence[str] = ()
    """Of a recipe for the page at which the walk through consent ended."""


@click.command()
@target_options
@click.option(
    "--out",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=NAME,
    show_default=True,
    help="The file to write; one that is there stays as it is.",
)
def init(said: Mapping[str, Any], file: Path) -> None:
    """Look at the Backpack TARGET, and write a target.toml for it.

    On a terminal it asks for what it cannot see; elsewhere the options say it.
    """
    if file.exists():
        raise AuthoringError(f"{file} is there already, and stays as it is: name another by --out")
    asked = _asked(said)
    found = configured(asked, {})
    seen = asyncio.run(_look(RunOptions.of(found)))
    for probe in seen.probes:
        say(f"{probe.health:<5} {probe.tried}: {probe.came_back}")
    variables = {email: f"BACKPACK_PASSWORD_{n}" for n, email in enumerate(found.passwords, 1)}
    text = written(_without_accounts(found), seen.draft) + "\n".join([*accounts(variables), ""])
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AuthoringError(f"--out: cannot write {file}: {error.strerror}") from error
    say(f"\nWritten: {file}. Next: backpack-conformance doctor --config {file}", colour="green")
    for email, variable in variables.items():
        say(f"The password of {email} is not in it: put it into the variable {variable}.")


def _asked(said: Mapping[str, Any]) -> dict[str, Any]:
    """What options said, and what somebody at a terminal answers to the rest."""
    asked = dict(said)
    if "target" not in asked and not sys.stdin.isatty():
        raise AuthoringError("init: expected the URL of a Backpack, such as http://127.0.0.1:8000")
    if "target" not in asked:
        asked["target"] = click.prompt("Where is the Backpack (URL)")
    if "earner" not in asked and sys.stdin.isatty():
        email = click.prompt("E-mail of an account (nothing if any e-mail may log in)", default="")
        if email:
            asked["earner"] = (f"{email}:{click.prompt('Its password', hide_input=True)}",)
    return asked


async def _look(options: RunOptions) -> Seen:
    async with running(options) as session:
        reached = await reach(session)
        if reached.health is Health.BAD:
            return Seen((reached,))
        others = await pages(session)
        earner = session.earner("ada", 0)
        granted = await consent(session, earner, Act.GRANT)
        if granted.probe.health is not Health.BAD:
            return Seen((reached, *others, evolve(granted.probe, came_back="it works")))
        browser = session.browser(Wire(session.client), earner)
        callback = session.site.callback()
        url = session.target.access_url(callback, "issue")
        page = page_of(await browser.follow(await browser.get(url), callback, acted=False))
        return Seen((reached, *others, granted.probe), draft(page) if page else ())


def _without_accounts(found: Configuration) -> Configuration:
    """Passwords are not written into a file."""
    kept = {name: one for name, one in found.settings.items() if name != "earners"}
    return evolve(found, settings=kept)
