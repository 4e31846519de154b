"""Failing examples that are stored from run to run, so that they are tried first.

Hypothesis has a database for that, but it cannot be used together with a seed. Examples are plain
JSON, so they are stored as JSON.
"""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from conformance.core.resources import suite_version
from conformance.engine.counterexample import slug
from conformance.scenario.model import Scenario

REPLAY = "replay"
"""The folder, below the folder of a run."""


@frozen
class Memory:
    """The smallest examples that failed, by scenario and requirement."""

    folder: Path | None
    """The folder of a run; with ``None`` nothing is stored."""
    replays: bool = True
    """Whether the examples are tried again; they are stored in any case."""

    def recall(self, scenario: Scenario, requirement: str) -> Mapping[str, Any] | None:
        """The last failing example, if this suite version drew it with the same strategies."""
        file = self._file(scenario, requirement)
        if file is None or not self.replays:
            return None
        try:
            entry = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        is_current = isinstance(entry, dict) and entry.get("of") == _space(scenario)
        return dict(entry["example"]) if is_current else None

    def learn(self, scenario: Scenario, requirement: str, example: Mapping[str, Any]) -> None:
        """Store a failing example, if possible; without it the next run just takes longer."""
        file = self._file(scenario, requirement)
        if file is None:
            return
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({"of": _space(scenario), "example": example}, indent=1))

    def forget(self, scenario: Scenario, requirement: str) -> None:
        """Delete the example: it no longer fails."""
        file = self._file(scenario, requirement)
        if file is not None:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)

    def _file(self, scenario: Scenario, requirement: str) -> Path | None:
        if self.folder is None:
            return None
        return self.folder / REPLAY / f"{slug(f'{scenario.name}-{requirement}')}.json"


def _space(scenario: Scenario) -> dict[str, Any]:
    """What an example was drawn from; an example of anything else may no longer be legal."""
    return {"suite": suite_version(), "for_all": json.loads(json.dumps(scenario.for_all))}
