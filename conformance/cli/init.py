"""The command ``init``: look at a Backpack, ask what cannot be seen, and write a target.toml."""

import asyncio
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from attrs import evolve, frozen

from conformance.apis.connect.probes.consenting import consent
from conformance.apis.connect.probes.reaching import pages, reach
from conformance.apis.registry import DEFAULT
from conformance.cli.options import target_options
from conformance.core.errors import AuthoringError
from conformance.core.terminal import say
from conformance.engine.probe import Health, Probe
from conformance.engine.session import RunOptions, open_session
from conformance.target.browser.onward import page_of
from conformance.target.configuration.configuration import Configuration, configured
from conformance.target.configuration.file import NAME
from conformance.target.configuration.writing import accounts, written
from conformance.target.opening import check_name
from conformance.target.pages.drafting import draft
from conformance.target.pages.forms import Act

EMAIL = re.compile(r"[^@\s:]+@[^@\s:]+")
PAGES = ("access", "settings", "script")
"""Pages whose paths can be asked for, by the names of their options."""


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
    found, seen = _seen(_asked(said))
    for probe in seen.probes:
        say(f"{probe.health.word:<5} {probe.action}: {probe.came_back}")
    variables = {email: f"BACKPACK_PASSWORD_{n}" for n, email in enumerate(found.passwords, 1)}
    text = written(_without_accounts(found), seen.draft) + "\n".join([*accounts(variables), ""])
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AuthoringError(f"--out: cannot write {file}: {error.strerror}") from error
    is_good = all(one.health is not Health.BAD for one in seen.probes)
    say(f"\nWritten: {file}.", colour="green" if is_good else None, end=" ")
    if not is_good:
        say("What is BAD above has to be changed in it first.", colour="yellow", end=" ")
    say(f"Next: backpack-conformance doctor --config {file}")
    for email, variable in variables.items():
        say(f"The password of {email} is not in it: put it into the variable {variable}.")


def _asked(said: Mapping[str, Any]) -> dict[str, Any]:
    """What options said, and what somebody at a terminal answers to the rest."""
    asked = dict(said)
    if "target" not in asked and not sys.stdin.isatty():
        raise AuthoringError("init: expected the URL of a Backpack, such as http://127.0.0.1:8000")
    if "target" not in asked:
        asked["target"] = click.prompt("Where is the Backpack (URL)", value_proc=_target)
    if "earner" not in asked and sys.stdin.isatty():
        question = "E-mail of an account (nothing if any e-mail may log in)"
        email = click.prompt(question, default="", show_default=False, value_proc=_email)
        if email:
            asked["earner"] = (f"{email}:{click.prompt('Its password', hide_input=True)}",)
    return asked


def _target(answer: str) -> str:
    """An answer that can be a target; one that cannot is asked for again."""
    try:
        check_name(answer)
    except AuthoringError as error:
        raise click.UsageError(error.message) from error
    return answer


def _email(answer: str) -> str:
    """An e-mail, or nothing."""
    if answer and not EMAIL.fullmatch(answer):
        raise click.UsageError(f"expected an e-mail such as ada@example.org, saw {answer!r}")
    return answer


def _seen(asked: dict[str, Any]) -> tuple[Configuration, Seen]:
    """What a look shows; at a terminal it is looked again at the paths that somebody names."""
    while True:
        found = configured(asked, {})
        seen = asyncio.run(_look(RunOptions.of(found)))
        missing = {one.name: one for one in seen.probes if one.name in PAGES}
        named = {name: path for name, one in missing.items() if (path := _path(one, found))}
        if not named:
            return found, seen
        asked |= named


def _path(probe: Probe, found: Configuration) -> str:
    """Where a page is that was not found; ``""`` when nobody knows."""
    if probe.health is Health.GOOD or not sys.stdin.isatty():
        return ""
    say(f"{probe.action}: {probe.came_back}")
    question = f"Path of the {probe.name} page (nothing to leave it)"
    answer = str(click.prompt(question, default="", show_default=False)).strip().lstrip("/")
    return "" if answer == found[f"pages.{probe.name}"] else answer


async def _look(options: RunOptions) -> Seen:
    async with open_session(DEFAULT, options) as session:
        reached = await reach(session)
        if reached.health is Health.BAD:
            return Seen((reached,))
        others = await pages(session)
        granted = await consent(session, session.earner("ada", 0), Act.GRANT)
        if granted.probe.health is not Health.BAD or granted.walk is None:
            return Seen((reached, *others, evolve(granted.probe, came_back="it works")))
        lines = draft(granted.walk.moves, page_of(granted.walk.exchange))
        return Seen((reached, *others, granted.probe), lines)


def _without_accounts(found: Configuration) -> Configuration:
    """Passwords are not written into a file."""
    kept = {name: one for name, one in found.settings.items() if name != "earners"}
    return evolve(found, settings=kept)
