"""Measure how scenario files are read, beside the parser in Python alone: no verdict.

``python -m benchmarks.yaml_files`` reads all shipped scenarios. Both ways give the same values,
which a test sees. Times are seconds of the thread, the middle of some rounds.
"""

import sys
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks.timing import median_seconds
from conformance.core.documents import read_yaml
from conformance.core.resources import folder

ROUNDS = 3


def main() -> None:
    """Print a line for each way."""
    files = sorted(folder("scenarios").rglob("*.yaml"))
    for name, read in (("read_yaml", read_yaml), ("parser in Python", _in_python)):
        seconds = median_seconds(lambda read=read: [read(file) for file in files], ROUNDS)
        sys.stdout.write(f"{len(files)} files {name:17} {seconds:.3f}\n")


def _in_python(file: Path) -> None:
    YAML(typ="safe", pure=True).compose(file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
