"""The verbs of a client at the token endpoint: ``exchange``, ``refresh``, ``revoke_token``."""

from attrs import evolve

from conformance.apis.oauth.server import server_of
from conformance.apis.oauth.tokens import exchange_form, refresh_form, send_form
from conformance.apis.oauth.tokens import token as tokens
from conformance.apis.oauth.verbs.authorizing import TOKENS
from conformance.core.errors import NotProvoked
from conformance.engine.state import State
from conformance.engine.step_result import StepResult
from conformance.scenario.verb import NAMED, REFERENCE, Arguments, Saves, about, always, verb

MORE = {
    "client": about(
        "The client that authenticates. Default: the one that it belongs to; `null` for none.", {}
    ),
    "form": about("Fields to add or replace; `null` leaves one out.", NAMED),
    "query": about("Parameters of the query, by name.", NAMED),
    "headers": about("Headers, by name.", NAMED),
    "percent_encoded": about("Percent-encode every character of the credentials.", {"const": True}),
    "method": about(
        "The HTTP method. Default: POST.", {"anyOf": [REFERENCE, {"enum": ["GET", "POST", "PUT"]}]}
    ),
}
"""Arguments of every request of a client."""


@verb(
    arguments={
        "required": ["authorization"],
        "properties": {
            "authorization": about("What an `authorize` step saved.", {}),
            **MORE,
        },
    },
    saves=Saves(TOKENS, is_open=True),
    asks=always("token"),
    repeatable=True,
    shareable=True,
)
async def exchange(state: State, arguments: Arguments) -> StepResult:
    """Trades a code for tokens."""
    authorization = arguments["authorization"]
    client = arguments.get("client", authorization.get("client"))
    form = exchange_form(authorization)
    return await tokens(state, server_of(state.session), form, client, arguments)


@verb(
    arguments={
        "required": ["token", "client"],
        "properties": {"token": about("The refresh token, or anything else.", {}), **MORE},
    },
    saves=Saves((*TOKENS, "replaced", "latest"), is_open=True),
    asks=always("token"),
    repeatable=True,
)
async def refresh(state: State, arguments: Arguments) -> StepResult:
    """Trades a refresh token for a new access token.

    The result saves ``latest``, the refresh token to use next time, which is the one that was sent
    unless a new one came; and ``replaced``, the new one, when it is another one than was sent.
    """
    sent, server = arguments["token"], server_of(state.session)
    result = await tokens(state, server, refresh_form(sent), arguments["client"], arguments)
    fresh = result.saved.get("refresh_token")
    replaced = {"replaced": fresh} if fresh is not None and fresh != sent else {}
    latest = sent if fresh is None else fresh
    return evolve(result, saved={**result.saved, "latest": latest, **replaced})


@verb(
    arguments={
        "required": ["token", "client"],
        "properties": {"token": about("The token to end.", {}), **MORE},
    },
    saves=Saves((), is_open=True),
    needs=always("token-revocation"),
    asks=always("revocation"),
    repeatable=True,
)
async def revoke_token(state: State, arguments: Arguments) -> StepResult:
    """A client ends a token (RFC 7009).

    The result saves ``ended`` when the target says that it did so.
    """
    url = server_of(state.session).revocation
    if url is None:
        raise NotProvoked("the target has no revocation endpoint")
    form = {"token": arguments["token"]}
    result = await send_form(state, url, form, arguments["client"], arguments)
    ended = {} if result.trouble else {"ended": True}
    return evolve(result, saved={**result.saved, **ended})
