"""A small, correct Backpack on the standard library's http.server, bare of everything optional.

It shares no code with the mock: whatever a suite asks of it beyond the document is a habit.
"""

from tests.miniatures.plain.backpack import PlainBackpack

__all__ = ["PlainBackpack"]
