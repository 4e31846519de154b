"""The mock's defects, by area: each a named deviation, tied to the requirements that it breaks."""

from mock_backpack.defects import token

AREAS = (token,)
"""In the order of the API document."""
