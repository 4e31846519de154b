"""Why to trust a report: what the suite's own test said of this catalogue."""

import json
from functools import cache
from typing import Any

from attrs import frozen

from conformance.record import Record
from conformance.resources import folder

SELFTEST = "selftest.json"
"""The kill matrix as ``backpack-conformance selftest`` wrote it, shipped with the suite."""


@frozen
class Trust:
    """The score of the kill matrix of the suite that made the record."""

    score: str
    perfect: bool
    defects: int


def trust(record: Record) -> Trust | None:
    """The shipped score; ``None`` when there is none for the catalogue of this record."""
    shipped = _shipped()
    if shipped is None or shipped["catalogue"] != record.header["catalogue"]:
        return None
    return Trust(shipped["score"], shipped["perfect"], len(shipped["defects"]))


@cache
def _shipped() -> dict[str, Any] | None:
    file = folder("reports") / SELFTEST
    if not file.is_file():
        return None
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return told
