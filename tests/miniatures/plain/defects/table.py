"""Mistakes of the plain Backpack by name."""

from tests.miniatures.defect import Defects

DEFECTS = Defects()
