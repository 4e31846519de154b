"""Mistakes of the ornate Backpack by name."""

from tests.miniatures.defect import Defects

DEFECTS = Defects()
