"""The command ``doctor``: is everything there that a run needs, and what to change where not."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import click
from attrs import evolve

from conformance.apis.connect.granting.choice import choose_granting
from conformance.apis.connect.preflight import without_secrets
from conformance.apis.connect.probes.consenting import GrantAttempt, consent
from conformance.apis.connect.probes.hooking import hooks, machine
from conformance.apis.connect.probes.pushing import identity, key, push
from conformance.apis.connect.probes.reaching import certificate, clock, pages, reach
from conformance.apis.connect.probes.revoking import revocation
from conformance.apis.registry import DEFAULT
from conformance.cli.options import configuration_of, target_options
from conformance.core.terminal import say
from conformance.core.verdict import ExitCode
from conformance.engine.probe import Health, Probe
from conformance.engine.session import RunOptions, Session, open_session
from conformance.target.configuration.configuration import Configuration, Setting
from conformance.target.issuer_site import FIRST, SECOND
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import Earner

COLOURS = {
    Health.GOOD: "green",
    Health.NOTE: "yellow",
    Health.SHORT: "red",
    Health.BAD: "red",
}
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
    if Health.SHORT in healths:
        say("A run can begin, but cannot judge everything: change what is BAD.", colour="yellow")
        return
    say(f"A run can begin{f'; see the {notes} notes' if notes else ''}.", colour="green")


def _tell_configuration(found: Configuration) -> None:
    say(f"Configuration{f' (with {found.file})' if found.file else ''}:")
    for setting in found.settings.values():
        for value, source in _shown(setting):
            say(f"  {setting.key.name:<18} {value:<34} {source}")
    for name, steps in (("consent", found.recipe), ("revoke", found.revoking)):
        if steps:
            say(f"  {name:<18} {f'{len(steps)} steps':<34} {found.file}")
    say()


def _shown(setting: Setting) -> Iterator[tuple[str, str]]:
    """A value without passwords, and where it was said; each account in a line of its own."""
    value = setting.value
    if value in (None, [], "", False):
        return
    if setting.key.written == "accounts":
        yield from zip((one["email"] for one in value), setting.sources, strict=True)
    elif isinstance(value, list):
        yield ", ".join(map(str, value)), setting.source
    else:
        yield f"{value:g}" if isinstance(value, float) else str(value), setting.source


async def _examine(options: RunOptions) -> list[Health]:
    """Tell every try as soon as it is done."""
    healths = []
    try:
        async with asyncio.timeout(LONGEST_SECONDS), open_session(DEFAULT, options) as session:
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
    *earlier, granted = await choose_granting(session, earner)
    for attempt in earlier:
        yield without_secrets(session, evolve(attempt.probe, health=Health.NOTE), earner)
    if session.granting.only_earner:
        earner = session.earner("ada", 0)
    yield without_secrets(session, granted.probe, earner)
    if granted.probe.health is not Health.BAD:
        async for probe in _with_grant(session, granted, earner):
            yield without_secrets(session, probe, earner)
    for probe in [*await hooks(session, earner), *machine(session)]:
        yield probe


async def _with_grant(
    session: Session, granted: GrantAttempt, earner: Earner
) -> AsyncIterator[Probe]:
    if session.granting.walks:
        yield (await consent(session, earner, Act.DENY)).probe
    if granted.token is None or granted.api_root is None:
        told = "the callback was told no access_token, or no absolute api_root"
        yield Probe("token", "use the grant", told, Health.NOTE, "A run will judge that.")
        return
    yield await identity(session, granted)
    yield await push(session, granted, earner, FIRST)
    if session.granting.walks:
        second = await consent(session, earner, Act.GRANT, SECOND)
        if second.token and second.api_root:
            yield await push(session, second, earner, SECOND)
    yield await key(session, granted, earner)
    if not session.granting.only_earner:  # the grant that was given by hand is to stay
        yield await revocation(session, granted, earner)


def _tell(probe: Probe) -> None:
    say(f"{probe.health.word:<5}", colour=COLOURS[probe.health], end="")
    say(f"{probe.name:<14} {probe.action}")
    say(click.wrap_text(probe.came_back, 100, " " * 20, " " * 20))
    if probe.advice:
        say(click.wrap_text(f"change: {probe.advice}", 100, " " * 20, " " * 28))
