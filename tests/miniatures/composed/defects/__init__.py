"""Mistakes of this host, each made by one part that is not what it should be."""

from tests.miniatures.composed.defects import credentials, permissions
from tests.miniatures.composed.defects.table import DEFECTS

__all__ = ["DEFECTS", "credentials", "permissions"]
