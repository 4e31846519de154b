"""The plan of a run: everything that options, variables and files say of it, read once."""

import json
import os
import zlib
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen

from conformance.apis.choosing import ChosenApi, usual_apis
from conformance.engine.session import RunOptions
from conformance.pytest_plugin.options import PLAN, PLAN_TEXT, RUN_OPTIONS
from conformance.report.baseline import KnownFailure, read_baseline
from conformance.target.configuration.configuration import CONFIG, Configuration, configured
from conformance.target.configuration.keys import Key, keys

KEPT = ".backpack-conformance"
"""Where counter-examples are kept when no folder was named: below the root of the user's tests."""


@frozen(kw_only=True)
class Plan:
    """What a run will do."""

    configuration: Configuration
    apis: tuple[ChosenApi, ...]
    """The APIs that it tests; there is at least one."""
    seed: int
    replays: bool
    """Whether failing examples of earlier runs are tried first."""
    keep: Path
    """Folder for counter-examples."""
    budget: str
    examples: int | None = None
    examples_database: str | None = field(default=None, repr=False)
    """A folder, or the URL of a Redis, which may hold a password."""
    strict: bool = False
    show_secrets: bool = False
    out: Path | None = None
    """Folder for record and reports; without one there are none."""
    only: tuple[str, ...] = ()
    """Names of scenarios, each after its API and a colon; without any, all run."""
    baseline: tuple[KnownFailure, ...] = ()
    """All entries, those that have expired as well: the report shows what became of each."""

    @classmethod
    def of(
        cls,
        configuration: Configuration,
        apis: tuple[ChosenApi, ...],
        keep: Path,
        seed: int,
        options: Any,
    ) -> "Plan":
        """The plan of a run with these options, by name; a seed is drawn unless one was chosen.

        Raises:
            AuthoringError: when the baseline is wrong.
        """
        file = configuration["baseline"]
        chosen = {name: value for name, value in options.items() if name != "seed"}
        return cls(
            configuration=configuration,
            apis=apis,
            seed=seed if options["seed"] is None else options["seed"],
            replays=options["seed"] is None,
            keep=options["out"] or keep,
            baseline=tuple(read_baseline(Path(file))) if file else (),
            **chosen,
        )

    @property
    def known_failures(self) -> list[KnownFailure]:
        """The entries of the baseline that count today."""
        today = datetime.now(UTC).date().isoformat()
        return [entry for entry in self.baseline if entry.counts_on(today)]

    def run_options(self, processes: int = 1) -> RunOptions:
        """The options of the engine, of which so many processes have a part.

        Raises:
            AuthoringError: when the settings of the target do not fit together.
        """
        return RunOptions.of(
            self.configuration,
            seed=self.seed,
            budget=self.budget,
            examples=self.examples,
            examples_database=self.examples_database,
            keep=self.keep,
            replays=self.replays,
            processes=processes,
        )

    def to_json(self) -> str:
        """The plan with its passwords, for another process of the same run."""
        return json.dumps(_converter().unstructure(self))

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """The plan that another process wrote."""
        plan: Plan = _converter().structure(json.loads(text), cls)
        return plan


@cache
def _converter() -> Any:
    from cattrs import Converter  # noqa: PLC0415 - only when a run is spread over processes

    by_name = {key.name: key for key in keys()}
    converter = Converter()
    converter.register_unstructure_hook(Key, attrgetter("name"))
    converter.register_structure_hook(Key, lambda name, _: by_name[name])
    return converter


def draw_seed() -> int:
    """A seed that nobody has chosen."""
    return int.from_bytes(os.urandom(4))


@frozen(eq=False)
class Planned:
    """Hands the plan of a command to our plugin, as a plugin of pytest."""

    plan: Plan

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Before our plugin is configured, which then reads no options."""
        config.stash[PLAN] = self.plan


def plan_of(config: pytest.Config) -> Plan:
    """The plan of a pytest run: a command's, or that of the controller, or of pytest's options.

    Raises:
        AuthoringError: when an option, a variable or a file is wrong.
    """
    if PLAN not in config.stash:
        worker_input = getattr(config, "workerinput", {})
        text = worker_input.get(PLAN_TEXT)
        config.stash[PLAN] = Plan.from_json(text) if text else _of_options(config, worker_input)
    plan: Plan = config.stash[PLAN]
    return plan


def _of_options(config: pytest.Config, worker_input: dict[str, Any]) -> Plan:
    named = {key.flag: config.getoption(_dest_of(key.flag)) for key in keys()}
    named[CONFIG] = config.getoption(_dest_of(CONFIG))
    options = {option.name: config.getoption(_dest_of(option.name)) for option in RUN_OPTIONS}
    shared = worker_input.get("testrunuid")  # every worker of a run draws the same examples
    seed = zlib.crc32(shared.encode()) if shared else draw_seed()
    configuration = configured(named, os.environ)
    keep = config.rootpath / KEPT
    return Plan.of(configuration, usual_apis(configuration), keep, seed, options)


def _dest_of(flag: str) -> str:
    return f"backpack_{flag.replace('-', '_')}"
