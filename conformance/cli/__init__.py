"""The command ``backpack-conformance``: its subcommands, loaded when they are asked for."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click

from conformance.core.errors import AuthoringError, HarnessError
from conformance.core.garbage import collect_garbage_seldom
from conformance.core.resources import suite_version
from conformance.core.terminal import say
from conformance.core.verdict import ExitCode
from mock_backpack.cli.command import Group

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "run": "conformance.cli.run:run",
        "load": "conformance.cli.load:load",
        "issuer": "conformance.cli.issuer:issuer",
        "doctor": "conformance.cli.doctor:doctor",
        "init": "conformance.cli.init:init",
        "connect": "conformance.cli.connect:connect",
        "reproduce": "conformance.cli.reproduce:reproduce",
        "explain": "conformance.cli.explain:explain",
        "list": "conformance.cli.list:list_command",
        "check": "conformance.cli.check:check",
        "report": "conformance.cli.report:report_command",
        "compare": "conformance.cli.report:compare_command",
        "certify": "conformance.cli.certify:certify",
        "verify": "conformance.cli.verify:verify",
        "adapter": "conformance.cli.adapter:adapter_command",
        "selftest": "conformance.cli.selftest:selftest",
        "catalogue": "conformance.cli.catalogue:catalogue",
    }
)
"""Where each command stands; an import of all of them takes a second."""


class CommandGroup(Group):
    """Imports a command when it is asked for, and reports our own errors in a few lines."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, those that a newcomer needs first."""
        return [*COMMANDS]  # once imported, the module `list` of this package hides the type

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """The command with this name."""
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a wrong file or option is reported with its place."""
        collect_garbage_seldom()
        try:
            return super().invoke(ctx)
        except AuthoringError as error:
            say(str(error), error=True)
            ctx.exit(ExitCode.USAGE)
        except HarnessError as error:
            say(f"inconclusive: {error}", error=True)
            ctx.exit(ExitCode.COULD_NOT_TELL)


@click.group(
    "backpack-conformance",
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(suite_version(), prog_name="backpack-conformance")
def main() -> None:
    """Test a Backpack, or an issuer of Open Badges.

    Without arguments, `backpack-conformance run` starts a mock Backpack, runs the whole suite
    against it and writes a report.
    """
