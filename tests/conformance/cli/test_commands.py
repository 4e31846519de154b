"""Every command takes what its options declare."""

import inspect
import re

import click
import pytest
from attrs import fields_dict

from conformance.cli import main
from conformance.pytest_plugin.options import RUN_OPTIONS
from conformance.pytest_plugin.plan import Plan
from conformance.target.configuration.keys import keys
from mock_backpack.cli.cli import main as mock_main
from mock_backpack.cli.grouping import REST

CONTEXT = click.Context(main)
COMMANDS = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}
SERVE = mock_main.commands["serve"]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_takes_every_parameter_that_it_declares(command: click.Command):
    """A parameter that the function does not know would be an unexpected error at every call."""
    declared = {parameter.name for parameter in command.params if parameter.expose_value}
    taken = set(inspect.signature(inspect.unwrap(command.callback)).parameters)
    assert declared - taken - {"options"} == set()


def test_every_option_of_a_run_is_a_member_of_its_plan():
    """An option that the plan lacks would be accepted without any effect."""
    assert {option.name for option in RUN_OPTIONS} <= set(fields_dict(Plan))


TITLED = re.compile(r"^(\S.*):\n((?:(?: .*)?\n)+)", re.MULTILINE)
LISTED = re.compile(r"^  (?:-\w, )?(--[\w-]+)", re.MULTILINE)
MANY = 10
"""More options than this are not found in one list."""
GROUPED = {
    name: command
    for name, command in {**COMMANDS, "serve": SERVE}.items()
    if len(command.params) > MANY
}


@pytest.mark.parametrize("command", GROUPED.values(), ids=GROUPED)
@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_long_help_is_a_list_for_each_group(command: click.Command, columns):
    """Every option is in the list that its declaration names, on narrow terminals too."""
    context = click.Context(command, terminal_width=columns, max_content_width=columns)
    titled = re.findall(
        r"^(\S.*):\n((?:(?: .*)?\n)+)", f"{command.get_help(context)}\n", re.MULTILINE
    )
    lists = {
        title: set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", text, re.MULTILINE))
        for title, text in titled
    }
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.opts[-1] in lists[getattr(option, "group", REST)]
    assert max(map(len, lists.values())) <= MANY
    assert list(lists)[-1] == REST


def test_every_setting_of_a_target_says_its_group():
    """The schema of the file says it, once for a table."""
    assert [key.name for key in keys() if not key.group] == []
