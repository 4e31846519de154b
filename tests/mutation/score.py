"""The score of the suite over mutants, and its shipped file."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from conformance.core.catalogue import catalogue_hash
from conformance.core.resources import folder, suite_version
from tests.mutation.mutants import MINIATURES, Mutant, file_of, modules
from tests.mutation.notes import Note, is_noted
from tests.mutation.trial import End, Told

SOURCES = Path(__file__).parent
BROKEN = (End.UNUSABLE, End.HUNG)
"""Mutants of which a run says that it cannot judge them; nobody takes them for Backpacks."""
WITNESSES = 24
"""So many mutants are tried by every run of the tests."""
GAPS = (End.SURVIVED, End.UNCLEAR, End.UNREACHED)


@frozen
class Score:
    """Mutants that were tried, and what became of them."""

    told: Mapping[str, Told]
    """From the name of a mutant."""
    notes: Sequence[Note]
    total: int
    """How many mutants there are, tried or not."""

    @property
    def ends(self) -> Mapping[End, Sequence[str]]:
        """The mutants with each end; those with a note are not listed."""
        kept = [name for name in self.told if not is_noted(name, self.notes)]
        return {end: sorted(name for name in kept if self.told[name].end is end) for end in End}

    @property
    def accused(self) -> Sequence[str]:
        """Mutants that are noted as correct Backpacks, but were caught."""
        caught = (name for name, trial in self.told.items() if trial.end is End.CAUGHT)
        return sorted(name for name in caught if is_noted(name, self.notes))

    @property
    def sentence(self) -> str:
        """The score in a sentence."""
        count = Counter({end: len(names) for end, names in self.ends.items()})
        broken = sum(count[end] for end in BROKEN)
        noted = len(self.told) - sum(count.values())
        judged = sum(count.values()) - broken
        return (
            f"{count[End.CAUGHT]} of {judged} mutants of two independent Backpacks caught; "
            f"{count[End.SURVIVED]} survive, {count[End.UNREACHED]} are never reached, "
            f"{count[End.UNCLEAR]} leave the run inconclusive; besides these, {noted} equivalent "
            f"and {broken} unusable ({len(self.told)} of {self.total} mutants tried)."
        )

    @property
    def witnesses(self) -> Mapping[str, str]:
        """Some of the mutants that were caught, each with the scenario that caught it."""
        ranked = sorted(self.ends[End.CAUGHT], key=_rank)[:WITNESSES]
        return {name: self.told[name].scenario for name in ranked}

    def to_json(self) -> str:
        """The score with the names of all mutants that were not caught."""
        body: dict[str, Any] = {
            "suite": suite_version(),
            "catalogue": catalogue_hash(),
            "mutants": mutants_hash(),
            "score": self.sentence,
            "tried": len(self.told),
            "of": self.total,
            "caught": len(self.ends[End.CAUGHT]),
            "witnesses": self.witnesses,
            **{end.name.lower(): self.ends[end] for end in (*GAPS, *BROKEN)},
        }
        return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def mutants_hash() -> str:
    """SHA-256 over the miniatures and the operators, in hex: which mutants there are."""
    packages = sorted(
        path.name for path in MINIATURES.iterdir() if (path / "backpack.py").is_file()
    )
    sources = [file_of(package, name) for package in packages for name in modules(package)]
    operators = [
        SOURCES / f"{n}.py" for n in ("mutants", "operators", "patterns", "places", "statements")
    ]
    return _hash([*sources, *operators])


def fingerprint() -> str:
    """SHA-256 over all that a result depends on but the code of the suite."""
    return mutants_hash()[:16] + _hash(sorted(folder("scenarios").rglob("*.yaml")))[:16]


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def sample(mutants: Sequence[Mutant], count: int | None) -> list[Mutant]:
    """A part of the mutants, the same each time; a smaller part is the beginning of a larger."""
    return sorted(mutants, key=lambda mutant: _rank(mutant.name))[:count]


def _rank(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
