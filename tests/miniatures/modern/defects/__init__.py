"""Mistakes of this provider, each made by one method that is not what it should be."""

from tests.miniatures.modern.defects import badges, clients, doors, tokens
from tests.miniatures.modern.defects.table import DEFECTS

__all__ = ["DEFECTS", "badges", "clients", "doors", "tokens"]
