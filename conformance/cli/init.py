"""The command ``init``: look at a Backpack, ask what cannot be seen, and write a target.toml."""

import asyncio
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from attrs import evolve

from conformance.apis.choosing import ChosenApi, chosen_apis
from conformance.cli.options import target_options
from conformance.core.errors import AuthoringError
from conformance.core.terminal import say
from conformance.engine.probe import Health, Look, Probe
from conformance.engine.session import RunOptions, open_environment
from conformance.target.configuration.configuration import Configuration, configured
from conformance.target.configuration.file import NAME
from conformance.target.configuration.writing import accounts, target_toml
from conformance.target.opening import check_name
from mock_backpack.cli.grouping import GroupedCommand

EMAIL = re.compile(r"[^@\s:]+@[^@\s:]+")
PAGES = ("access", "settings", "script")
"""Pages whose paths can be asked for, by the names of their options."""


@click.command(cls=GroupedCommand)
@target_options
@click.option(
    "--out",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=NAME,
    show_default=True,
    help="The file to write; an existing file is not changed.",
)
def init(texts: Mapping[str, Any], file: Path) -> None:
    """Inspect TARGET and write a target.toml.

    In a terminal it asks for missing values.
    """
    if file.exists():
        raise AuthoringError(
            f"{file} already exists and was not changed; choose another with --out"
        )
    configuration, seen = _seen(_asked(texts))
    for probe in seen.probes:
        say(f"{probe.health.word:<5} {probe.action}: {probe.came_back}")
    variables = {
        email: f"BACKPACK_PASSWORD_{n}" for n, email in enumerate(configuration.passwords, 1)
    }
    text = target_toml(_without_accounts(configuration), seen.draft) + "\n".join(
        [*accounts(variables), ""]
    )
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AuthoringError(f"--out: cannot write {file}: {error.strerror}") from error
    is_good = all(each.health is not Health.BAD for each in seen.probes)
    say(f"\nWritten: {file}.", colour="green" if is_good else None, end=" ")
    if not is_good:
        say("First change the values that are BAD above.", colour="yellow", end=" ")
    say(f"Next: backpack-conformance doctor --config {file}")
    for email, variable in variables.items():
        say(f"It does not contain the password of {email}: set the variable {variable}.")


def _asked(texts: Mapping[str, Any]) -> dict[str, Any]:
    """What options said, and what somebody at a terminal answers to the rest."""
    asked = dict(texts)
    if "target" not in asked and not sys.stdin.isatty():
        raise AuthoringError("init: expected the URL of a Backpack, such as http://127.0.0.1:8000")
    if "target" not in asked:
        asked["target"] = click.prompt("URL of the Backpack", value_proc=_target)
    if "earner" not in asked and sys.stdin.isatty():
        question = "E-mail of an account (empty if any e-mail can log in)"
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


def _seen(asked: dict[str, Any]) -> tuple[Configuration, Look]:
    """What a look shows; at a terminal it is looked again at the paths that somebody names."""
    while True:
        chosen = chosen_apis(configured(asked, {}))
        configuration = configured({**asked, "api": [each.name for each in chosen]}, {})
        seen = asyncio.run(_look(chosen, RunOptions.of(configuration)))
        missing = {probe.name: probe for probe in seen.probes if probe.name in PAGES}
        named = {
            name: path for name, each in missing.items() if (path := _path(each, configuration))
        }
        if not named:
            return configuration, seen
        asked |= named


def _path(probe: Probe, configuration: Configuration) -> str:
    """Where a page is that was not found; ``""`` when nobody knows."""
    if probe.health is Health.GOOD or not sys.stdin.isatty():
        return ""
    say(f"{probe.action}: {probe.came_back}")
    question = f"Path of the {probe.name} page (empty to keep it)"
    answer = str(click.prompt(question, default="", show_default=False)).strip().lstrip("/")
    return "" if answer == configuration[f"pages.{probe.name}"] else answer


async def _look(chosen: Iterable[ChosenApi], options: RunOptions) -> Look:
    """What a look shows of every API that was found."""
    async with open_environment(options) as environment:
        sessions = [environment.session(each.api, each.profile) for each in chosen]
        looks = [await session.api.look(session) for session in sessions]
    probes = [probe for look in looks for probe in look.probes]
    drafts = [look.draft for look in looks if look.draft]
    return Look(tuple(probes), drafts[0] if drafts else ())


def _without_accounts(configuration: Configuration) -> Configuration:
    """Passwords are not written into a file."""
    settings = {
        name: setting for name, setting in configuration.settings.items() if name != "earners"
    }
    return evolve(configuration, settings=settings)
