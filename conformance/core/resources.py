"""Find what is shipped beside the code: data folders, and the version."""

from functools import cache
from importlib.metadata import version
from pathlib import Path

INSTALLED = Path(__file__).parents[1] / "data"
CHECKOUT = Path(__file__).parents[2]
SCENARIO = ".backpack.yaml"
"""How the name of a scenario file ends."""
DISTRIBUTION = "backpack-conformance"


@cache
def folder(name: str) -> Path:
    """The folder ``schemas``, ``scenarios`` or ``reports``.

    In a checkout it lies beside the packages, in an installation inside this one.
    """
    return (INSTALLED if INSTALLED.is_dir() else CHECKOUT) / name


def shipped_scenarios() -> list[Path]:
    """The scenario files of this distribution, in a stable order."""
    return sorted(folder("scenarios").rglob(f"*{SCENARIO}"))


def suite_version() -> str:
    """The version of this distribution."""
    return version(DISTRIBUTION)


def shown(path: Path) -> str:
    """A path as it is shown to a person: among what is shipped, or below the working directory."""
    for above in (folder("scenarios").parent, Path.cwd()):
        if path.is_relative_to(above):
            return str(path.relative_to(above))
    return str(path)
