"""Mistakes of a Backpack that asks about each badge."""

from tests.miniatures.asking.defects.dialog import DEFECTS

__all__ = ["DEFECTS"]
