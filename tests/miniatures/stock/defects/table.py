"""Mistakes of this provider by name."""

from tests.miniatures.defect import Defects

DEFECTS = Defects()
