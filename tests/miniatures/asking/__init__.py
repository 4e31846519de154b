"""The plain Backpack with the Issuer API: one page with a box for each badge, and the login in it.

It shares no code with the mock, whose dialog asks about one badge after the other.
"""

from tests.miniatures.asking.backpack import AskingBackpack

__all__ = ["AskingBackpack"]
