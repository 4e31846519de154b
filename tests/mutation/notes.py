"""Mutants that no suite could catch, each with its reason: ``equivalents.toml``."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import frozen

FILE = Path(__file__).with_name("equivalents.toml")


@frozen
class Note:
    """Why some mutants are still correct Backpacks."""

    mutants: str
    """Name of a mutant; ``*`` stands for any text."""
    reason: str

    def fits(self, name: str) -> bool:
        """Whether the note is about this mutant."""
        parts = (re.escape(part) for part in self.mutants.split("*"))
        return re.fullmatch(".*".join(parts), name, re.DOTALL) is not None


def notes(file: Path = FILE) -> Sequence[Note]:
    """All notes."""
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    return [Note(**entry) for entry in read["equivalent"]]


def is_noted(name: str, among: Iterable[Note]) -> bool:
    """Whether any of the notes is about a mutant."""
    return any(note.fits(name) for note in among)


def stale(among: Iterable[Note], names: Sequence[str]) -> Iterator[Note]:
    """The notes that are about no mutant any more."""
    return (note for note in among if not any(note.fits(name) for name in names))
