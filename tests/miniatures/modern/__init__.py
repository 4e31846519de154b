"""A small, correct provider of Open Badges 2.1 on the standard library's http.server.

It shares no code with the mock: whatever a suite asks of it beyond the specification is a habit.
"""

from tests.miniatures.modern.provider import ModernProvider

__all__ = ["ModernProvider"]
