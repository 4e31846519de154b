"""The verbs of an earner: ``authorize``, ``connect`` and ``revoke``."""

from conformance.apis.oauth.authorizing import ATTEMPT, SENT, AuthorizationRequest
from conformance.apis.oauth.authorizing import authorize as authorized
from conformance.apis.oauth.clients import known_client, learn_client
from conformance.apis.oauth.server import server_of
from conformance.engine.state import State
from conformance.engine.step_result import StepResult
from conformance.scenario.verb import (
    NAME,
    NAMED,
    ORIGIN,
    REFERENCE,
    TEXT,
    Actor,
    Arguments,
    Saves,
    about,
    always,
    verb,
)
from conformance.target.issuer_site import FIRST
from conformance.target.pages.forms import Act

EARNER = about("The name of an earner; the same name is the same earner.", NAME)
CLIENT = about("A client that `register` saved. Default: one that the run has.", REFERENCE)
SCOPE = about(
    (
        "The scopes, without their common prefix; `offline_access` is asked for only where it is "
        "offered. Default: all that are offered."
    ),
    {"type": "array", "items": TEXT},
)
ISSUER_ORIGIN = about("The issuer's origin: `first` (default) or `second`.", ORIGIN)
TOKENS = ("access_token", "token_type", "expires_in", "refresh_token", "scope", "client")
"""The members of an answer with tokens, and the client that got them."""


@verb(
    arguments={
        "required": ["earner"],
        "properties": {
            "earner": EARNER,
            "client": CLIENT,
            "origin": ISSUER_ORIGIN,
            "scope": SCOPE,
            "answer": about(
                (
                    "What the earner does: `grant` (default), `deny`, `look` at the consent page "
                    "and stop, or `attempt` to grant where refusing is right."
                ),
                {"enum": ["grant", "deny", "look", ATTEMPT]},
            ),
            "query": about(
                "Parameters to add or replace; `null` leaves one out, a list repeats it.", NAMED
            ),
        },
    },
    saves=Saves(("code", "error", "code_verifier", *SENT, "client"), is_open=True),
    asks=always("pages"),
    actor=Actor.PAGES,
    shareable=True,
)
async def authorize(state: State, arguments: Arguments) -> StepResult:
    """A client sends an earner to the authorization endpoint, in the earner's browser."""
    server = server_of(state.session)
    origin = arguments.get("origin", FIRST)
    client = arguments.get("client") or await known_client(state, origin)
    learn_client(state, client)
    scope = server.asking(arguments.get("scope"))
    request = AuthorizationRequest.of(client, scope, arguments.get("query", {}))
    answer = arguments.get("answer", Act.GRANT)
    result = await authorized(state, arguments["earner"], request, server, answer)
    saved = {**result.saved, "client": client}
    return StepResult(result.exchange, result.response, saved, result.trouble)


@verb(
    arguments={
        "required": ["earner"],
        "properties": {
            "earner": EARNER,
            "client": CLIENT,
            "origin": ISSUER_ORIGIN,
            "scope": SCOPE,
        },
    },
    saves=Saves((*TOKENS, "code"), is_open=True),
    asks=always("pages", "token"),
    shareable=True,
)
async def connect(state: State, arguments: Arguments) -> StepResult:
    """An earner grants access to a client, which trades the code for tokens."""
    result: StepResult = await state.session.granting.grant(state, arguments)
    return result


@verb(
    arguments={
        "required": ["earner"],
        "properties": {"earner": EARNER, "origin": ISSUER_ORIGIN},
    },
    needs=always("revoke"),
    actor=Actor.EARNER,
)
async def revoke(state: State, arguments: Arguments) -> StepResult:
    """The earner revokes access of a client on the page that lists permissions."""
    result: StepResult = await state.session.granting.revoke(state, arguments)
    return result
