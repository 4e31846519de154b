"""Every command takes what its options declare."""

import inspect

import click
import pytest
from attrs import fields_dict

from conformance.cli import main
from conformance.pytest_plugin.options import RUN_OPTIONS
from conformance.pytest_plugin.plan import Plan

CONTEXT = click.Context(main)
COMMANDS = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_takes_every_parameter_that_it_declares(command: click.Command):
    """A parameter that the function does not know would be an unexpected error at every call."""
    declared = {parameter.name for parameter in command.params if parameter.expose_value}
    taken = set(inspect.signature(inspect.unwrap(command.callback)).parameters)
    assert declared - taken - {"options"} == set()


def test_every_option_of_a_run_is_a_member_of_its_plan():
    """An option that the plan lacks would be accepted without any effect."""
    assert {option.name for option in RUN_OPTIONS} <= set(fields_dict(Plan))
