"""Mistakes of the plain Backpack, each made by one method that is not what it should be."""

from tests.miniatures.plain.defects import doors, judging, variants, vault
from tests.miniatures.plain.defects.table import DEFECTS

__all__ = ["DEFECTS", "doors", "judging", "variants", "vault"]
