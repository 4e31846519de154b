"""The mock's defects, by area: each a named deviation, tied to the requirements that it breaks."""

from mock_backpack.defects import (
    bearer,
    connect,
    cors,
    http,
    identity,
    issue,
    json,
    revoke,
    safety,
    session,
    token,
)

AREAS = (connect, bearer, issue, token, identity, revoke, safety, session, cors, json, http)
"""In the order of the API document, then what concerns all of it."""
