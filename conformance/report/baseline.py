"""The file ``baseline.toml``: failures that are known beforehand, and what is wrong with it."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, frozen

from conformance.core.catalogue import did_you_mean, requirements
from conformance.core.documents import Document, read_toml
from conformance.core.errors import AuthoringError, Place
from conformance.core.resources import schema_url, shown
from conformance.core.schemas import misfits, validator

NAME = "baseline.toml"
HEAD = """\
# Known failures: they do not fail a run or change its verdict.
# Remove an entry when its requirement passes.
"""


@frozen
class KnownFailure:
    """One entry of a baseline."""

    requirement: str
    reason: str
    scenario: str = ""
    """The scenario, or the row of one, in which it fails; ``""`` for all."""
    ticket: str = ""
    expires: str = ""
    """The last day on which it counts, such as ``2027-01-31``; ``""`` for no end."""

    @property
    def members(self) -> dict[str, str]:
        """What a file says of it: members that are empty are left out."""
        return {name: text for name, text in asdict(self).items() if text}

    def counts_on(self, day: str) -> bool:
        """Whether it still counts on a day, of which at least the date is given."""
        return not self.expires or day[:10] <= self.expires

    def covers(self, requirement: str, scenario: str) -> bool:
        """Whether it is about a requirement, as a scenario or a row of one judges it."""
        names = ("", scenario, scenario.partition("[")[0])
        return requirement == self.requirement and self.scenario in names


def read_baseline(file: Path) -> list[KnownFailure]:
    """The entries of a baseline.

    Raises:
        AuthoringError: with the line of the first mistake.
    """
    document = _plain(read_toml(file))
    for problem in problems(document):
        raise problem
    return [KnownFailure(**entry) for entry in document.value.get("known", ())]


def problems(document: Document) -> Iterator[AuthoringError]:
    """Everything that is wrong with a baseline, with the line of each key."""
    document = _plain(document)
    mistakes = list(misfits(validator("baseline"), document.value))
    for wrong in mistakes:
        advice = ""
        if wrong.unknown_key is not None:
            advice = did_you_mean(wrong.unknown_key, wrong.known_keys)
        yield AuthoringError(f"{wrong}{advice}", document.place(wrong.path))
    for number, entry in enumerate(document.value.get("known", ()) if not mistakes else ()):
        name = entry["requirement"]
        if name not in requirements():
            message = f"no requirement is called {name!r}{did_you_mean(name)}"
            yield AuthoringError(message, document.place(("known", number, "requirement")))


def _plain(document: Document) -> Document:
    """The same with dates as texts: TOML has dates, and JSON Schema has not."""
    return evolve(document, value=_texts(document.value))


def _texts(value: Any) -> Any:
    match value:
        case dict():
            return {name: _texts(member) for name, member in value.items()}
        case list():
            return [_texts(member) for member in value]
        case date():
            return value.isoformat()
    return value


def check_new(file: Path) -> None:
    """See whether a first baseline can be written.

    Raises:
        AuthoringError: when there is a file already, or no folder for it.
    """
    if file.exists():
        message = "--write-baseline creates a new file, but the file already exists"
        raise AuthoringError(message, Place(shown(file)))
    if not file.parent.is_dir():
        raise AuthoringError(f"--write-baseline: missing folder {file.parent}")


def write_baseline(file: Path, entries: Iterable[KnownFailure]) -> None:
    """Write a first baseline."""
    schema = f"#:schema {schema_url('baseline')}"
    file.write_text("\n".join([schema, HEAD, *map(_table, entries)]), encoding="utf-8")


def _table(entry: KnownFailure) -> str:
    lines = [f"{name} = {json.dumps(value)}" for name, value in entry.members.items()]
    return "\n".join(["[[known]]", *lines, ""])
