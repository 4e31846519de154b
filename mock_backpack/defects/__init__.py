"""The mock's defects, by area: each a named deviation, tied to the requirements that it breaks."""

from mock_backpack.defects import bearer, connect, identity, issue, revoke, safety, token

AREAS = (connect, bearer, issue, token, identity, revoke, safety)
"""In the order of the API document."""
