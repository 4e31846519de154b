"""Results of mutants, a line each, so that a run that was stopped can go on."""

import json
from collections.abc import Mapping
from pathlib import Path

from attrs import asdict, frozen

from tests.mutation.trial import End, Told


@frozen
class Results:
    """A file of results; its first line says of which mutants and scenarios they are."""

    file: Path
    fingerprint: str

    def read(self) -> tuple[Mapping[str, Told], Mapping[str, str]]:
        """Results that still hold; and which scenario caught a mutant, which may be old."""
        if not self.file.is_file():
            return {}, {}
        first, *lines = map(json.loads, self.file.read_text(encoding="utf-8").splitlines())
        trials = {line.pop("mutant"): _told(line) for line in lines}
        hints = {name: trial.scenario for name, trial in trials.items() if trial.end is End.CAUGHT}
        return (trials if first["fingerprint"] == self.fingerprint else {}), hints

    def begin(self, trials: Mapping[str, Told]) -> None:
        """Write a new file, with the results that still hold."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps({"fingerprint": self.fingerprint}) + "\n", encoding="utf-8")
        for name, trial in trials.items():
            self.add(name, trial)

    def add(self, name: str, trial: Told) -> None:
        """Write one more result."""
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"mutant": name, **asdict(trial)}, ensure_ascii=False) + "\n")


def _told(line: dict[str, object]) -> Told:
    return Told(**{**line, "end": End(line["end"])})  # type: ignore[arg-type]
