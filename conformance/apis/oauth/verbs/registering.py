"""The verb ``register``: a client introduces itself (RFC 7591)."""

from collections.abc import Mapping

from conformance.apis.oauth.clients import metadata
from conformance.apis.oauth.clients import register as registered
from conformance.apis.oauth.server import server_of
from conformance.engine.state import State
from conformance.engine.step_result import StepResult
from conformance.scenario.verb import (
    NAMED,
    ORIGIN,
    REFERENCE,
    TEXT,
    Arguments,
    Saves,
    about,
    always,
    spares_grants,
    verb,
)
from conformance.target.issuer_site import FIRST

REGISTERED = (
    *("client_id", "client_secret", "client_id_issued_at", "client_secret_expires_at"),
    *("sent", "redirect_uri"),
)
"""The members that a registration saves, beside others of the answer."""


@verb(
    arguments={
        "properties": {
            "origin": about("The issuer's origin. Default: `first`.", ORIGIN),
            "scope": about(
                "The scopes to register, without their common prefix. Default: all offered.",
                {"type": "array", "items": TEXT},
            ),
            "members": about("Members of the metadata to add or replace.", NAMED),
            "without": about(
                "Members to leave out.", {"anyOf": [REFERENCE, {"type": "array", "items": TEXT}]}
            ),
            "json": about("A JSON value instead of the metadata.", {}),
            "headers": about("Headers, by name.", NAMED),
        }
    },
    saves=Saves(REGISTERED, is_open=True),
    asks=always("registration"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def register(state: State, arguments: Arguments) -> StepResult:
    """Registers a client."""
    server, site = server_of(state.session), state.session.site
    usual = metadata(site, server, arguments.get("origin", FIRST), arguments.get("scope"))
    sent = arguments.get("json", usual)
    if isinstance(sent, Mapping):
        left_out = arguments.get("without", ())
        members = {**sent, **arguments.get("members", {})}
        sent = {name: value for name, value in members.items() if name not in left_out}
    return await registered(state, sent, arguments.get("headers"))
