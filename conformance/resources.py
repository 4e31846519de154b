"""Find the data folders: in a checkout beside the packages, in an installation inside this one."""

from functools import cache
from pathlib import Path

INSTALLED = Path(__file__).parent / "data"
CHECKOUT = Path(__file__).parent.parent


@cache
def folder(name: str) -> Path:
    """The folder ``schemas``, ``scenarios`` or ``reports``."""
    return (INSTALLED if INSTALLED.is_dir() else CHECKOUT) / name


def shown(path: Path) -> str:
    """A path as it is shown to a person: relative where it lies below the working directory."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
