"""The command ``connect``: an earner grants access by hand, and later runs use the grant."""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from conformance.apis.choosing import ChosenApi, chosen_apis
from conformance.cli.options import configuration_of, target_options
from conformance.core.errors import AuthoringError, HarnessError, NotProvoked
from conformance.core.terminal import say, say_over
from conformance.core.verdict import ExitCode
from conformance.engine.api import Api
from conformance.engine.session import RunOptions, Session, open_session
from conformance.engine.state import StepFailed
from conformance.target.configuration.configuration import Configuration
from conformance.target.stored_grant import StoredGrant
from mock_backpack.cli.grouping import GroupedCommand

LOOK_SECONDS = 0.1
"""Between one look for the callback and the next."""


@click.command(cls=GroupedCommand)
@target_options
@click.option(
    "--wait",
    type=click.FloatRange(1, 3600),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the earner.",
)
@click.option(
    "--email", metavar="E-MAIL", help="The e-mail of the earner; by default the first of --earner."
)
@click.pass_context
def connect(ctx: click.Context, texts: Mapping[str, Any], wait: float, email: str | None) -> None:
    """Get a grant of TARGET by hand: open a link, log in, grant access.

    Later runs use the grant if they cannot get one themselves.

    \b
    Exit codes: 0 granted, 2 wrong usage or files, 3 not granted.
    """
    configuration = configuration_of(texts)
    earner = email or next(iter(configuration.passwords), None)
    if earner is None:
        raise AuthoringError(
            f"connect: which earner grants access? Pass --email E-MAIL, or "
            f"{configuration.settings['earners'].advice}"
        )
    api = _only(chosen_apis(configuration)).api
    trouble = asyncio.run(_connect(api, configuration, earner, wait))
    if trouble:
        say(f"\n{trouble}", colour="yellow")
        ctx.exit(ExitCode.COULD_NOT_TELL)


async def _connect(api: Api, configuration: Configuration, email: str, wait: float) -> str:
    """Why there is no grant; ``""`` when there is one."""
    async with open_session(api, RunOptions.of(configuration)) as session:
        callback = session.site.callback()
        try:
            invitation = await api.invite(session, callback)
        except (StepFailed, NotProvoked, HarnessError) as failure:
            return f"There is no link to grant access: {failure}."
        say(f"Open this link, log in as {email}, and grant access:\n")
        say(f"  {invitation.link}\n")
        parameters = await _waited(session, callback, wait)
        if parameters is None:
            return (
                f"No request to {callback} within {wait:g} seconds. Was the link opened, and "
                "access granted? If the browser is on another machine, it must reach the issuer "
                "site: --issuer-bind ADDRESS, --issuer-url URL and --second-issuer-url URL."
            )
        if "error" in parameters:
            return (
                f"The Backpack sent the callback {parameters['error']!r}: access was not granted."
            )
        try:
            redeemed = await invitation.redeem(parameters)
        except (StepFailed, NotProvoked, HarnessError) as failure:
            return f"Not granted: {failure}."
        file = Path(configuration["grant"])
        known = {"api": api.name, "target": session.target.root}
        StoredGrant(file, {**known, "email": email, "callback": callback, **redeemed}).save()
        await asyncio.sleep(LOOK_SECONDS)  # the page that thanks the earner is on its way
    say(f"\nGranted. The grant is stored in {file}, readable only by you.", colour="green")
    return ""


async def _waited(session: Session, callback: str, wait: float) -> Mapping[str, Any] | None:
    """The parameters of the callback, once somebody comes."""
    is_live = sys.stderr.isatty()
    if not is_live:
        say(f"Waiting {wait:g} seconds for the earner …", error=True)
    ends = time.monotonic() + wait
    while (parameters := session.site.callback_parameters.get(callback)) is None:
        left = ends - time.monotonic()
        if left <= 0:
            return None
        if is_live:
            say_over(f"Waiting for the earner: {left:.0f} seconds left")
        await asyncio.sleep(LOOK_SECONDS)
    return parameters


def _only(chosen: Sequence[ChosenApi]) -> ChosenApi:
    if len(chosen) > 1:
        names = " or ".join(f"--api {each.name}" for each in chosen)
        raise AuthoringError(f"connect: for which API? Pass {names}")
    return chosen[0]
