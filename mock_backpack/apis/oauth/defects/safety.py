"""Dangers for earners and for the server, of clients and issuers that mean harm."""

from collections.abc import Mapping

from aiohttp import web
from markupsafe import Markup

from mock_backpack.apis import answers
from mock_backpack.apis.connect import pages
from mock_backpack.apis.oauth import authorization, bearer, tokens
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.clients import Client, Clients
from mock_backpack.core.errors import ApiError, PageError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges import fetch


@defect(
    "safety.grant-tells-sql",
    tokens.invalid_grant,
    endpoints=("oauth-token",),
    breaks=(Fact.INSIDES_KEPT,),
    since="0.2",
)
def tells_sql(right: Right, _description: str) -> ApiError:
    """The refusal of a code or a refresh token reveals the database query."""
    refusal: ApiError = right("SELECT id FROM grants WHERE token = ?: no rows")
    return refusal


@defect(
    "safety.authorize-echoes-markup",
    answers.page_refusal,
    endpoints=("authorize",),
    breaks=(Fact.NOTHING_ECHOED,),
    since="0.2",
)
def echoes_markup(right: Right, request: web.Request, refusal: PageError) -> web.Response:
    """The error page of the authorization endpoint repeats the client_id unescaped."""
    response: web.Response = right(request, refusal)
    if exchange_of(request).endpoint == "authorize":
        response.text = f"{response.text}<p>{request.query.get('client_id', '')}"
        response.content_type = "text/html"
    return response


@defect(
    "safety.names-as-markup",
    pages.shown_name,
    endpoints=("settings",),
    breaks=(Fact.NOTHING_ECHOED,),
    since="0.2",
)
def shows_names_as_markup(right: Right, client: Client) -> str:
    """The page of permissions shows names of clients as markup."""
    return Markup(right(client))  # noqa: S704 - that is what is wrong


@defect(
    "safety.unpacks-any-size",
    fetch.most_unpacked,
    endpoints=("assertions", "credentials"),
    breaks=(Fact.FETCHES_BOUNDED,),
    since="0.2",
)
def unpacks_any_size(_right: Right, _most_bytes: int) -> int:
    """Only the compressed bytes of a document are counted."""
    return 2**40


@defect(
    "safety.client-with-nul-is-500",
    authorization.known_client,
    endpoints=("authorize", "accept"),
    breaks=(Fact.ODD_VALUES_HARMLESS,),
    since="0.2",
)
def fails_at_a_nul(right: Right, query: Mapping[str, str], clients: Clients) -> Client:
    """A client_id that contains a NUL causes a server error."""
    if "\0" in query.get("client_id", ""):
        raise Crash("invalid byte sequence: 0x00")
    client: Client = right(query, clients)
    return client


@defect(
    "safety.long-bearer-is-500",
    bearer.find_grant,
    endpoints=("assertions", "profile", "credentials", "credential-profile"),
    breaks=(Fact.ODD_VALUES_HARMLESS,),
    since="0.2",
)
def fails_at_a_long_token(right: Right, backpack: Backpack, token: str) -> Grant | None:
    """An access token of more than 255 characters causes a server error."""
    if len(token) > LONGEST_COLUMN:
        raise Crash("value too long for type character varying(255)")
    grant: Grant | None = right(backpack, token)
    return grant


LONGEST_COLUMN = 255
"""Characters that a careless database has room for."""
