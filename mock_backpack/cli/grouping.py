"""Options in groups: an option says its group, and the help of its command shows a list of each."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

REST = "Options"
"""Title of the options that say no group; they come last."""


class GroupedOption(click.Option):
    """An option that says to which group it belongs."""

    def __init__(self, *words: Any, group: str, **options: Any) -> None:
        super().__init__(*words, **options)
        self.group = group


class GroupedCommand(click.Command):
    """A command whose help shows its options by group, in the order of their declaration."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A section for each group."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups.setdefault(getattr(parameter, "group", REST), []).append(record)
        for title in sorted(groups, key=REST.__eq__):
            with formatter.section(title):
                formatter.write_dl(groups[title])


def group(title: str) -> Callable[..., Callable[[Any], Any]]:
    """What declares an option of a group, as ``click.option`` declares one of none."""
    return partial(click.option, cls=GroupedOption, group=title)
