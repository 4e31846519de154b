"""Try every method of an adapter, and say what works, what fails, and what is missing."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from attrs import define, field, frozen

from conformance.cli.options import configuration_of, target_options
from conformance.core.errors import AuthoringError, PreflightError
from conformance.core.terminal import say
from conformance.core.verdict import ExitCode
from conformance.target.adapter.channel import Channel, opened
from conformance.target.adapter.messages import wrong_grant
from conformance.target.configuration.configuration import Configuration
from conformance.target.http.client import Client, Wire, trust_of
from conformance.target.opening import adapter_name, adapter_of
from mock_backpack.cli.grouping import GroupedCommand

ORIGIN = "http://127.0.0.1:8001"
"""Of an issuer that nobody needs to reach."""
DAY = 86_400
WITHOUT: Mapping[str, str] = MappingProxyType(
    {
        "start": "the Backpack must be running, and its URL must be given",
        "reset": "nothing is deleted before a run",
        "earner": "earners log in with new e-mails, or with those of --earner",
        "grant": "earners grant access on the consent page, and BC-AUTH-08 is untested",
        "advance": "expiry is untested, unless --wait-expiry allows waiting for it",
        "badges": "stored badges are not checked",
        "revoke": "access is revoked on the settings page",
        "stop": "the process is ended, with all its child processes",
    }
)
"""In the order in which they are tried: what it means when a method is missing."""


@frozen
class MethodTrial:
    """What became of one method."""

    method: str
    word: str
    """``works``, ``fails`` or ``missing``."""
    text: str = ""


@define
class AdapterTrial:
    """One adapter, and what its methods have given so far."""

    channel: Channel
    client: Client
    url: str
    email: str = "earner@example.org"
    grant: Mapping[str, Any] = field(factory=dict)

    async def results(self) -> AsyncIterator[MethodTrial]:
        """One method after the other, until the adapter is gone."""
        for method, without in WITHOUT.items():
            if method not in self.channel.methods:
                yield MethodTrial(method, "missing", without)
                continue
            try:
                yield MethodTrial(method, "works", await self._try(method))
            except PreflightError as trouble:
                yield MethodTrial(method, "fails", f"{trouble.came_back}\n{trouble.advice}")
                if self.channel.process.returncode is not None:
                    return

    async def _try(self, method: str) -> str:
        if method == "revoke" and self.grant:  # time has passed over the one before
            self.grant = await self.channel.call("grant", **self._arguments("grant"))
        result = await self.channel.call(method, **self._arguments(method))
        match method:
            case "start":
                self.url = result["url"]
                return self.url
            case "earner":
                self.email = result["email"]
                return self.email
            case "grant":
                if wrong := wrong_grant(result):
                    raise PreflightError(
                        "",
                        wrong,
                        "Is the cause the adapter, or the callback parameters of the Backpack?",
                    )
                self.grant = result
                return await self._seen("its token is accepted", lambda status: status == 200)
            case "advance" | "revoke" if self.grant:
                return await self._seen("the token is refused", lambda status: status >= 400)
            case "badges":
                return f"{len(result)} badges"
        return ""

    def _arguments(self, method: str) -> dict[str, Any]:
        arguments: Mapping[str, dict[str, Any]] = {
            "grant": {
                "earner": self.email,
                "callback": f"{ORIGIN}/callback/one",
                "scope": ["issue"],
            },
            "advance": {"seconds": float(self.grant.get("expires", DAY)) + 1},
            "badges": {"earner": self.email},
            "revoke": {"earner": self.email, "origin": ORIGIN},
        }
        return arguments.get(method, {})

    async def _seen(self, expected: str, fits: Callable[[int], bool]) -> str:
        """What the Backpack itself says of it."""
        token = base64.b64encode(str(self.grant["access_token"]).encode()).decode()
        url = f"{str(self.grant['api_root']).rstrip('/')}/identity"
        sent = await Wire(self.client).send("GET", url, [("Authorization", f"Bearer {token}")])
        status = sent.answer.status if sent.answer else 0
        saw = f"GET {url} responded with {status}" if status else f"GET {url}: {sent.trouble}"
        if not fits(status):
            raise PreflightError("", f"expected that {expected}, saw {saw}", "")
        return f"{expected}: {saw}"


async def _attempts(configuration: Configuration) -> AsyncIterator[MethodTrial]:
    command = adapter_of(configuration)
    if not command:
        raise AuthoringError(
            "expected an adapter: --adapter module:Class, or --adapter-command 'node adapter.js'"
        )
    client = Client(
        configuration["timeout"],
        trust_of(Path(configuration["ca"]) if configuration["ca"] else None),
    )
    try:
        async with opened(adapter_name(command), command, configuration["timeout"]) as channel:
            async for result in AdapterTrial(channel, client, configuration["url"]).results():
                yield result
    finally:
        await client.close()


@click.command("adapter", cls=GroupedCommand)
@target_options
@click.pass_context
def adapter_command(ctx: click.Context, texts: Mapping[str, Any]) -> None:
    """Try every method of an adapter, and report what works.

    It starts the Backpack if the adapter can, makes an earner and a grant, lets time pass, and
    takes the grant back; nothing is judged.
    """
    ctx.exit(asyncio.run(_try_all(configuration_of(texts))))


async def _try_all(configuration: Configuration) -> ExitCode:
    failed = 0
    try:
        async for attempt in _attempts(configuration):
            failed += attempt.word == "fails"
            lines = attempt.text.splitlines() or [""]
            say(f"{attempt.method:<8} {attempt.word:<10} {lines[0]}".rstrip())
            for line in filter(None, lines[1:]):
                say(f"{'':<19} {line}")
    except PreflightError as trouble:
        say(f"tried      {trouble.tried}")
        say(f"result     {trouble.came_back}")
        say(f"advice     {trouble.advice}")
        return ExitCode.COULD_NOT_TELL
    return ExitCode.COULD_NOT_TELL if failed else ExitCode.CONFORMS
