"""The options of the command line that say something of a target: those of its configuration."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from conformance.core.api import DEFAULT, api_names
from conformance.pytest_plugin.options import RUN_OPTIONS, RunOption
from conformance.target.configuration.configuration import TARGET, Configuration, configured
from conformance.target.configuration.file import NAME
from conformance.target.configuration.keys import SEVERAL, Key, keys
from mock_backpack.cli.grouping import group

TEXTS = "texts"
"""The name of a command's parameter with the texts of its options, by flag."""
OPTIONS = "options"
"""The name of a command's parameter with the options of its run, by name."""
Command = TypeVar("Command", bound=Callable[..., Any])


def api_option(described: str, default: str | None = DEFAULT) -> Callable[[Command], Command]:
    """Give a command that has no target the option ``--api``."""
    return click.option(
        "--api",
        type=click.Choice(api_names()),
        default=default,
        show_default=True,
        metavar="API",
        help=described,
    )


def target_options(command: Command) -> Command:
    """Give a command the argument TARGET, ``--config``, and an option for each key.

    It is called with ``texts``, from flag to text, instead of with each of them.
    """
    for key in reversed(keys()):
        if key.flag != TARGET:
            command = _option(key)(command)
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    named = f"Read target settings from FILE instead of {NAME} in this folder."
    config = group("Target")(
        "--config", type=file, metavar="FILE", help=named, callback=_noted, expose_value=False
    )
    target = click.argument(TARGET, required=False, callback=_noted, expose_value=False)
    decorated: Command = target(config(command))
    return decorated


def _option(key: Key) -> Callable[[Command], Command]:
    default = key.default
    shown = f"  [default: {default:g}]" if isinstance(default, float) else f"  [default: {default}]"
    description = key.described + (shown if default not in (None, [], False) else "")
    choices = key.schema.get("enum")
    return group(key.group)(
        f"{key.option}/--no-{key.flag}" if key.written == "switch" else key.option,
        _parameter(key.flag),
        default=None,
        metavar=None if key.written == "switch" else "|".join(choices or [key.metavar]),
        multiple=key.written in SEVERAL,
        help=description,
        callback=_noted,
        expose_value=False,
    )


def _parameter(flag: str) -> str:
    return f"text_{flag.replace('-', '_')}"


def _noted(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep the text of an option for the command, if it was given."""
    texts = context.params.setdefault(TEXTS, {})
    if value not in (None, (), []):
        texts[str(parameter.name).removeprefix("text_").replace("_", "-")] = value


def configuration_of(texts: Mapping[str, Any]) -> Configuration:
    """The configuration, with the variables of this process."""
    return configured(texts, os.environ)


def run_options(**defaults: Any) -> Callable[[Command], Command]:
    """Give a command every option of a run, with defaults of its own.

    It is called with ``options``, from name to value.
    """

    def add(command: Command) -> Command:
        for option in reversed(RUN_OPTIONS):
            command = _run_option(option, defaults.get(option.name, option.default))(command)
        return command

    return add


def _run_option(option: RunOption, default: Any) -> Callable[[Command], Command]:
    kind: Any = option.kind
    if option.choices:
        kind = click.Choice(option.choices)
    elif option.least is not None:
        kind = click.IntRange(option.least)
    elif option.kind is Path:
        kind = click.Path(file_okay=False, path_type=Path)
    return group(option.group)(
        f"--{option.flag}",
        option.name,
        type=kind,
        is_flag=option.kind is bool,
        default=default,
        show_default=option.kind is not bool,
        metavar=option.metavar or None,
        envvar=option.variable,
        show_envvar=True,
        help=option.description,
        callback=_chosen,
        expose_value=False,
    )


def _chosen(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    context.params.setdefault(OPTIONS, {})[str(parameter.name)] = value
