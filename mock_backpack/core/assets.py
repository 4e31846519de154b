"""Files that are shipped with the mock and served as they are."""

from functools import cache
from importlib.resources import files


@cache
def asset(name: str) -> str:
    """A text file of the folder ``assets``."""
    return files("mock_backpack").joinpath("assets", name).read_text(encoding="utf-8")
