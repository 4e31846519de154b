"""Mistakes of this host by name."""

from tests.miniatures.defect import Defects

DEFECTS = Defects()
