"""The options of a run beside those of its target, declared once for the command and for pytest.

Every pytest run of everybody reads them, so nothing is imported here but the standard library.
"""

import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest

BUDGETS = ("quick", "ci", "soak")
PLAN = pytest.StashKey[Any]()
"""Under which pytest keeps the plan of a run."""
PLAN_TEXT = "backpack_plan"
"""Under which a worker of pytest-xdist gets the plan as JSON; it goes over a pipe, to no file."""

UNSELECTED = "backpack_unselected"
"""Under which a worker hands over the requirements of scenarios that were not selected."""


class RunOption(NamedTuple):
    """An option of ``backpack-conformance run``, and of pytest with ``backpack-`` before it."""

    name: str
    kind: type
    """``bool`` is a switch."""
    group: str
    """The title of its list in the help of the command."""
    description: str
    metavar: str = ""
    default: Any = None
    choices: tuple[str, ...] = ()
    least: int | None = None
    variable: str | None = None
    """An environment variable that sets it, too: other users see the words of a command."""

    @property
    def flag(self) -> str:
        """The option without its dashes."""
        return self.name.replace("_", "-")


EXAMPLES, VERDICT, OUTPUT = "Generated examples", "Verdict", "Output"

RUN_OPTIONS = (
    RunOption("seed", int, EXAMPLES, "Repeat a run that had this seed.", "N"),
    RunOption(
        "budget", str, EXAMPLES, "How many examples each property tries.", "", "quick", BUDGETS
    ),
    RunOption("examples", int, EXAMPLES, "Examples per property.", "N", least=1),
    RunOption(
        "examples_database",
        str,
        EXAMPLES,
        "Share failing examples with other runs: a folder, or redis://HOST:PORT/NUMBER.",
        "PLACE",
        variable="BACKPACK_EXAMPLES_DATABASE",
    ),
    RunOption("strict", bool, VERDICT, "Treat SHOULD requirements as MUST.", default=False),
    RunOption("out", Path, OUTPUT, "Folder for the record and the reports.", "DIRECTORY"),
    RunOption(
        "show_secrets",
        bool,
        OUTPUT,
        "Do not hide tokens, passwords and e-mails; do not publish such a record.",
        default=False,
    ),
)


def add_to(group: pytest.OptionGroup, option: RunOption) -> None:
    """Declare an option of a run to pytest."""
    name, description = f"--backpack-{option.flag}", option.description
    if option.variable:
        description += f" Also {option.variable}."
    if option.kind is bool:
        group.addoption(name, action="store_true", help=description)
    elif option.choices:
        group.addoption(name, choices=option.choices, default=option.default, help=description)
    else:
        default = os.environ.get(option.variable or "")
        group.addoption(
            name, type=option.kind, metavar=option.metavar, default=default, help=description
        )
