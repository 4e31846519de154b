"""Failing examples that are remembered from run to run, so that they are tried first.

Hypothesis has a database for that, but lets nobody use it together with a seed. What is drawn is
plain JSON, so it is kept as that.
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
"""The folder, in the one where a run keeps things."""


@frozen
class Memory:
    """The smallest examples that failed, by scenario and requirement."""

    keep: Path | None
    """Without a folder nothing is remembered."""
    replays: bool = True
    """Whether they are tried again; they are remembered in any case."""

    def recall(self, scenario: Scenario, requirement: str) -> Mapping[str, Any] | None:
        """What failed last time, if this version of the suite has drawn it from the same space."""
        file = self._file(scenario, requirement)
        if file is None or not self.replays:
            return None
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        same = isinstance(kept, dict) and kept.get("of") == _space(scenario)
        return dict(kept["example"]) if same else None

    def learn(self, scenario: Scenario, requirement: str, example: Mapping[str, Any]) -> None:
        """Remember what failed, if it can be written: it is found again without that, later."""
        file = self._file(scenario, requirement)
        if file is None:
            return
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({"of": _space(scenario), "example": example}, indent=1))

    def forget(self, scenario: Scenario, requirement: str) -> None:
        """It fails no more."""
        file = self._file(scenario, requirement)
        if file is not None:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)

    def _file(self, scenario: Scenario, requirement: str) -> Path | None:
        if self.keep is None:
            return None
        return self.keep / REPLAY / f"{slug(f'{scenario.name}-{requirement}')}.json"


def _space(scenario: Scenario) -> dict[str, Any]:
    """From what an example was drawn: one of another space may be legal no more."""
    return {"suite": suite_version(), "for_all": json.loads(json.dumps(scenario.for_all))}
