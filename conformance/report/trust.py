"""Why to trust a report: what the suite's own test found for this catalogue."""

import json
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from conformance.core.api import DEFAULT
from conformance.core.resources import folder
from conformance.record.model import Section

MUTATION = "mutation.json"
"""The score of the suite against mutants of independent Backpacks, shipped with it."""


def selftest_file(api: str) -> str:
    """The kill matrix of an API as ``backpack-conformance selftest`` wrote it, in ``reports``."""
    return "selftest.json" if api == DEFAULT else f"selftest-{api}.json"


@frozen
class Trust:
    """The score of the kill matrix of the suite that made a record."""

    score: str
    perfect: bool
    defects: int


def trust(section: Section) -> Trust | None:
    """The shipped score; ``None`` when there is none for the catalogue of this section."""
    file = folder("reports") / selftest_file(section.api.name)
    matrix = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    return matrix and score_for(section, matrix)


def mutation_score(catalogue: str) -> str:
    """The shipped score against mutants, in a sentence; ``""`` without one for this catalogue."""
    file = folder("reports") / MUTATION
    score = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return str(score["score"]) if score.get("catalogue") == catalogue else ""


def score_for(section: Section, matrix: Mapping[str, Any]) -> Trust | None:
    """The score in a kill matrix: a whole one, that was made with the catalogue of this section."""
    if matrix["catalogue"] != section.catalogue or matrix["left_out"]:
        return None
    return Trust(matrix["score"], matrix["perfect"], len(matrix["defects"]))
