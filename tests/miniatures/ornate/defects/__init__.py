"""Mistakes of the ornate Backpack, each made by one method that is not what it should be."""

from tests.miniatures.ornate.defects import asking, badges, identity, tokens, variants
from tests.miniatures.ornate.defects.table import DEFECTS

__all__ = ["DEFECTS", "asking", "badges", "identity", "tokens", "variants"]
