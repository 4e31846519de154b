"""A small, correct host of Open Badges 3.0: the OAuth of `modern`, with an API of its own.

It verifies with Oxigraph, and shares no code with the mock or the suite. ``Choices`` are freedoms
that the specification leaves, of which a host takes some.
"""

from tests.miniatures.current.choices import Choices
from tests.miniatures.current.host import CurrentHost

__all__ = ["Choices", "CurrentHost"]
