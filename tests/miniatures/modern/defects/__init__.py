"""Mistakes of this provider, each made by one method that is not what it should be."""

from tests.miniatures.modern.defects.table import DEFECTS

__all__ = ["DEFECTS"]
