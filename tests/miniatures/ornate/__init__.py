"""A correct Backpack on Tornado, with every ornament that the document does not forbid.

It shares code neither with the mock nor with the plain miniature: a second reading of the document.
"""

from tests.miniatures.ornate.backpack import OrnateBackpack
from tests.miniatures.ornate.habits import Habits

__all__ = ["Habits", "OrnateBackpack"]
