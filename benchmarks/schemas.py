"""Measure how values are compared with JSON Schemas, beside ``jsonschema`` alone: no verdict.

``python -m benchmarks.schemas [RECORD]`` checks each line of a record, by default that of a sample:
as the suite does, by ``jsonschema`` alone, and by ``jsonschema-rs`` alone, which reads patterns in
a dialect of its own. Times are seconds of the thread, the middle of some rounds.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator

from benchmarks.timing import median_seconds
from conformance.core.resources import folder
from conformance.core.schemas import FORMATS, ROOT, load, registry, validator

SAMPLE = folder("reports") / "samples" / "conforming" / "record.jsonl"
ROUNDS = 5
RECORD_SCHEMA = {"$ref": f"{ROOT}record.json"}


def main() -> None:
    """Print a line for each way."""
    file = Path(sys.argv[1]) if sys.argv[1:] else SAMPLE
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    thorough = Draft202012Validator(RECORD_SCHEMA, registry=registry(), format_checker=FORMATS)
    quick = jsonschema_rs.Draft202012Validator(RECORD_SCHEMA, retriever=_ours)
    ways: dict[str, Callable[[Any], bool]] = {
        "the suite": validator("record").is_valid,
        "jsonschema": thorough.is_valid,
        "jsonschema-rs": quick.is_valid,
    }
    for way, is_valid in ways.items():
        seconds = median_seconds(lambda fits=is_valid: all(map(fits, lines)), ROUNDS)
        sys.stdout.write(f"{way:14} {len(lines)} lines {seconds:.4f}\n")


def _ours(uri: str) -> dict[str, Any]:
    return dict(load(uri.removeprefix(ROOT).removesuffix(".json")))


if __name__ == "__main__":
    main()
