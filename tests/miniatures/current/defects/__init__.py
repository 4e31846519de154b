"""Mistakes of this host, each made by one method that is not what it should be."""

from tests.miniatures.current.defects import credentials, doors
from tests.miniatures.current.defects.table import DEFECTS

__all__ = ["DEFECTS", "credentials", "doors"]
