"""The command ``doctor``: is everything there that a run needs, and what to change where not."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import click
from attrs import evolve

from conformance.configuration.configuration import Configuration
from conformance.flags import configuration_of, target_options
from conformance.preflight import without_secrets
from conformance.probes.consenting import (
    Granted,
    by_adapter,
    by_hand,
    can_stand_in,
    consent,
)
from conformance.probes.hooking import hooks, machine
from conformance.probes.probe import Health, Probe
from conformance.probes.pushing import identity, key, push
from conformance.probes.reaching import certificate, clock, pages, reach
from conformance.session import RunOptions, Session, running
from conformance.site import FIRST, SECOND
from conformance.target.forms import Act
from conformance.target.reader import Earner
from conformance.terminal import say
from conformance.values.verdict import ExitCode

COLOURS = {Health.GOOD: "green", Health.NOTE: "yellow", Health.BAD: "red"}
LONGEST_SECONDS = 120.0
"""So long a target may take for everything: each answer is waited for as long as a run would."""


@click.command()
@target_options
@click.pass_context
def doctor(ctx: click.Context, said: Mapping[str, Any]) -> None:
    """See whether TARGET, network and configuration fit, and say what to change.

    \b
    Exit codes: 0 a run can begin, 2 wrong usage or files, 3 it cannot.
    """
    found = configuration_of(said)
    _tell_configuration(found)
    healths = asyncio.run(_examine(RunOptions.of(found)))
    notes, bad = healths.count(Health.NOTE), healths.count(Health.BAD)
    say()
    if bad:
        say("No run can begin like this.", colour="red")
        ctx.exit(ExitCode.COULD_NOT_TELL)
    say(f"A run can begin{f'; see the {notes} notes' if notes else ''}.", colour="green")


def _tell_configuration(found: Configuration) -> None:
    say(f"Configuration{f' (with {found.file})' if found.file else ''}:")
    for setting in found.settings.values():
        if setting.value not in (None, [], "", False):
            say(f"  {setting.key.name:<18} {_shown(setting.value):<34} {setting.source}")
    if found.recipe:
        say(f"  {'consent':<18} {f'{len(found.recipe)} steps':<34} {found.file}")
    say()


def _shown(value: Any) -> str:
    """A value without passwords."""
    if isinstance(value, list):
        return ", ".join(one["email"] if isinstance(one, dict) else str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


async def _examine(options: RunOptions) -> list[Health]:
    """Tell every try as soon as it is done."""
    healths = []
    try:
        async with asyncio.timeout(LONGEST_SECONDS), running(options) as session:
            async for probe in _probes(session):
                healths.append(probe.health)
                _tell(probe)
    except TimeoutError:
        say(f"Nothing more within {LONGEST_SECONDS:g} seconds.", colour="red")
        healths.append(Health.BAD)
    return healths


async def _probes(session: Session) -> AsyncIterator[Probe]:
    earner = session.earner("ada", 0)
    reached = await reach(session)
    yield reached
    if reached.health is Health.BAD:
        return
    secured = await certificate(session)
    if secured is not None:
        yield secured
    for probe in [*await pages(session), await clock(session)]:
        yield probe
    granted = await consent(session, earner, Act.GRANT)
    if granted.probe.health is Health.BAD and session.kept is not None:
        yield without_secrets(evolve(granted.probe, health=Health.NOTE), earner)
        granted, earner = await by_hand(session, session.kept), session.earner("ada", 0)
    elif granted.probe.health is Health.BAD and (adapter := can_stand_in(session)):
        yield without_secrets(evolve(granted.probe, health=Health.NOTE), earner)
        granted = await by_adapter(session, adapter, earner)
    yield without_secrets(granted.probe, earner)
    if granted.probe.health is not Health.BAD:
        async for probe in _with_grant(session, granted, earner):
            yield without_secrets(probe, earner)
    for probe in [*await hooks(session, earner), *machine(session)]:
        yield probe


async def _with_grant(session: Session, granted: Granted, earner: Earner) -> AsyncIterator[Probe]:
    if session.walks:
        yield (await consent(session, earner, Act.DENY)).probe
    if granted.token is None or granted.api_root is None:
        told = "the callback was told no access_token, or no absolute api_root"
        yield Probe("token", "use the grant", told, Health.NOTE, "A run will judge that.")
        return
    yield await identity(session, granted)
    yield await push(session, granted, earner, FIRST)
    if session.walks:
        second = await consent(session, earner, Act.GRANT, SECOND)
        if second.token and second.api_root:
            yield await push(session, second, earner, SECOND)
    yield await key(session, granted, earner)


def _tell(probe: Probe) -> None:
    say(f"{probe.health:<5}", colour=COLOURS[probe.health], end="")
    say(f"{probe.what:<14} {probe.tried}")
    say(click.wrap_text(probe.came_back, 100, " " * 20, " " * 20))
    if probe.advice:
        say(click.wrap_text(f"change: {probe.advice}", 100, " " * 20, " " * 28))
