"""The mock's defects, by area: each a named deviation, tied to the requirements that it breaks."""

from mock_backpack.defects import (
    bearer,
    connect,
    cors,
    document,
    http,
    identity,
    issue,
    json,
    push,
    recipient,
    revoke,
    safety,
    session,
    signature,
    store,
    text,
    token,
)

AREAS = (
    connect,
    bearer,
    issue,
    push,
    document,
    signature,
    recipient,
    store,
    text,
    token,
    identity,
    revoke,
    safety,
    session,
    cors,
    json,
    http,
)
"""In the order of the API document, then what concerns all of it."""
