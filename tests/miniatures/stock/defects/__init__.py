"""Mistakes of this provider, each made by one part that is not what it should be."""

from tests.miniatures.stock.defects import api, oauth
from tests.miniatures.stock.defects.table import DEFECTS

__all__ = ["DEFECTS", "api", "oauth"]
