"""The command ``doctor``: is everything there that a run needs, and what to change where not."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from conformance.apis.choosing import ChosenApi, chosen_apis
from conformance.cli.options import configuration_of, target_options
from conformance.core.terminal import say
from conformance.core.verdict import ExitCode
from conformance.engine.probe import Health, Probe
from conformance.engine.session import RunOptions, open_environment
from conformance.target.configuration.configuration import Configuration, Setting
from mock_backpack.cli.grouping import GroupedCommand

COLOURS = {
    Health.GOOD: "green",
    Health.NOTE: "yellow",
    Health.SHORT: "red",
    Health.BAD: "red",
}
LONGEST_SECONDS = 120.0
"""So long a target may take for everything: each answer is waited for as long as a run would."""


@click.command(cls=GroupedCommand)
@target_options
@click.pass_context
def doctor(ctx: click.Context, texts: Mapping[str, Any]) -> None:
    """Check whether TARGET, network and configuration work together.

    \b
    Exit codes: 0 a run can start, 2 wrong usage or files, 3 it cannot.
    """
    configuration = configuration_of(texts)
    _print_configuration(configuration)
    chosen = chosen_apis(configuration)
    healths = asyncio.run(_examine(chosen, RunOptions.of(configuration)))
    notes, bad = healths.count(Health.NOTE), healths.count(Health.BAD)
    say()
    if bad:
        say("A run cannot start.", colour="red")
        ctx.exit(ExitCode.COULD_NOT_TELL)
    if Health.SHORT in healths:
        say("A run can start, but cannot test everything: change what is BAD.", colour="yellow")
        return
    say(f"A run can start{_see(notes)}.", colour="green")


def _see(notes: int) -> str:
    match notes:
        case 0:
            return ""
        case 1:
            return "; see the note"
    return f"; see the {notes} notes"


def _print_configuration(configuration: Configuration) -> None:
    say(f"Configuration{f' (with {configuration.file})' if configuration.file else ''}:")
    for setting in configuration.settings.values():
        for value, source in _shown(setting):
            say(f"  {setting.key.name:<18} {value:<34} {source}")
    for name, steps in (("consent", configuration.recipe), ("revoke", configuration.revoking)):
        if steps:
            say(f"  {name:<18} {f'{len(steps)} steps':<34} {configuration.file}")
    say()


def _shown(setting: Setting) -> Iterator[tuple[str, str]]:
    """A value without passwords, and its source; each account in a line of its own."""
    value = setting.value
    if value in (None, [], "", False):
        return
    if setting.key.written == "accounts":
        yield from zip((account["email"] for account in value), setting.sources, strict=True)
    elif isinstance(value, list):
        yield ", ".join(map(str, value)), setting.source
    else:
        yield f"{value:g}" if isinstance(value, float) else str(value), setting.source


async def _examine(chosen: Iterable[ChosenApi], options: RunOptions) -> list[Health]:
    """Print every probe as soon as it is done."""
    healths = []
    try:
        async with asyncio.timeout(LONGEST_SECONDS), open_environment(options) as environment:
            for each in chosen:
                say(f"API {each.name} ({each.found}):")
                session = environment.session(each.api, each.profile)
                async for probe in each.api.diagnose(session):
                    healths.append(probe.health)
                    _print_probe(probe)
    except TimeoutError:
        say(f"Not finished within {LONGEST_SECONDS:g} seconds.", colour="red")
        healths.append(Health.BAD)
    return healths


def _print_probe(probe: Probe) -> None:
    say(f"{probe.health.word:<5}", colour=COLOURS[probe.health], end="")
    say(f"{probe.name:<14} {probe.action}")
    say(click.wrap_text(probe.came_back, 100, " " * 20, " " * 20))
    if probe.advice:
        say(click.wrap_text(f"change: {probe.advice}", 100, " " * 20, " " * 28))
