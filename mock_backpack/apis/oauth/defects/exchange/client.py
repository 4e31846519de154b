"""Wrong ways of recognising clients, and of reading what they ask for."""

from typing import Any

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.oauth import credentials, tokens
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.core.backpack import Backpack
from mock_backpack.core.clients import Client
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("oauth-token",)
BOTH = ("oauth-token", "oauth-revoke")


def _somebody(backpack: Backpack) -> str:
    """The e-mail address of any earner."""
    earners = backpack.earners()
    return earners[0].email if earners else backpack.earner("nobody@example.org").email


@defect(
    "exchange.needs-no-secret",
    credentials.is_secret_of,
    endpoints=BOTH,
    breaks=(Fact.CLIENT_AUTHENTICATED,),
    since="0.2",
)
def needs_no_secret(_right: Right, _client: Client, _secret: str) -> bool:
    """The secret of a client is not compared."""
    return True


@defect(
    "exchange.takes-passwords",
    tokens.other_grant_type,
    endpoints=AT,
    breaks=(Fact.NO_OTHER_GRANTS,),
    since="0.2",
)
def takes_passwords(
    right: Right, grant_type: str, client: Client, backpack: Backpack
) -> web.Response:
    """A client gets a token without any earner."""
    if grant_type not in ("client_credentials", "password"):
        answer: web.Response = right(grant_type, client, backpack)
        return answer
    grant = backpack.grant(_somebody(backpack), "https://issuer.example", client.scopes, client.id)
    return tokens.token_answer(grant, backpack.expires)


@defect(
    "exchange.query-counts",
    credentials.read_fields,
    endpoints=AT,
    breaks=(Fact.BODY_ONLY,),
    since="0.2",
)
def query_counts(right: Right, request: web.Request) -> dict[str, str]:
    """Parameters in the query count as well."""
    return {**request.query, **right(request)}


@defect(
    "exchange.undecoded-credentials",
    credentials.form_decoded,
    endpoints=BOTH,
    breaks=(Fact.CREDENTIALS_DECODED,),
    since="0.2",
)
def undecoded_credentials(_right: Right, text: str) -> str:
    """Basic credentials are not form-decoded."""
    return text


@defect(
    "exchange.any-grant-type",
    tokens.other_grant_type,
    endpoints=AT,
    breaks=(Fact.UNKNOWN_GRANTS_REFUSED,),
    since="0.2",
)
def any_grant_type(
    right: Right, grant_type: str, client: Client, backpack: Backpack
) -> web.Response:
    """A grant type that nobody knows is as good as any other."""
    if grant_type in ("client_credentials", "password"):
        answer: web.Response = right(grant_type, client, backpack)
        return answer
    grant = backpack.grant(_somebody(backpack), "https://issuer.example", client.scopes, client.id)
    return tokens.token_answer(grant, backpack.expires)


@defect(
    "exchange.empty-secret",
    credentials.is_secret_of,
    endpoints=BOTH,
    breaks=(Fact.CLIENT_AUTHENTICATED,),
    since="0.2",
)
def empty_secret(right: Right, client: Client, secret: str) -> bool:
    """An empty secret is accepted."""
    return not secret or bool(right(client, secret))


@defect(
    "exchange.secret-by-its-beginning",
    credentials.is_secret_of,
    endpoints=BOTH,
    breaks=(Fact.CLIENT_AUTHENTICATED,),
    since="0.2",
)
def secret_by_its_beginning(_right: Right, client: Client, secret: str) -> bool:
    """Of a secret the first eight characters are compared."""
    return secret[:8] == client.secret[:8]


@defect(
    "exchange.secret-in-any-case",
    credentials.is_secret_of,
    endpoints=BOTH,
    breaks=(Fact.CLIENT_AUTHENTICATED,),
    since="0.2",
)
def secret_in_any_case(right: Right, client: Client, secret: str) -> bool:
    """Secrets are compared without their letter case."""
    return bool(right(evolve(client, secret=client.secret.lower()), secret.lower()))


@defect(
    "exchange.needs-no-client",
    credentials.read_credentials,
    endpoints=AT,
    breaks=(Fact.CLIENT_AUTHENTICATED,),
    since="0.2",
)
def needs_no_client(right: Right, request: web.Request, form: dict[str, str]) -> Any:
    """A code is enough, since it says whose it is."""
    clients = exchange_of(request).sandbox.clients
    code = clients.find_code(form.get("code", ""))
    client = clients.find(code.client) if code else None
    sent = right(request, form)
    return (client.id, client.secret) if client and sent is None else sent


@defect(
    "exchange.client-refused-400",
    credentials.refused,
    endpoints=BOTH,
    breaks=(Fact.CLIENT_REFUSAL,),
    since="0.2",
)
def client_refused_400(right: Right, description: str) -> ApiError:
    """An unknown client is a 400."""
    refusal: ApiError = right(description)
    return evolve(refusal, status=400)


@defect(
    "exchange.client-not-challenged",
    credentials.refused,
    endpoints=BOTH,
    breaks=(Fact.CLIENT_REFUSAL,),
    since="0.2",
)
def client_not_challenged(right: Right, description: str) -> ApiError:
    """The refusal of a client has no WWW-Authenticate."""
    refusal: ApiError = right(description)
    return evolve(refusal, headers={"Cache-Control": "no-store"})


@defect(
    "exchange.client-error-in-words",
    credentials.refused,
    endpoints=BOTH,
    breaks=(Fact.CLIENT_REFUSAL_IN_JSON, Fact.REFUSALS_NO_STORE),
    since="0.2",
)
def client_error_in_words(right: Right, description: str) -> ApiError:
    """The refusal of a client is a text."""
    refusal: ApiError = right(description)
    return evolve(refusal, as_text=True)


@defect(
    "exchange.get-counts",
    credentials.read_fields,
    endpoints=AT,
    breaks=(Fact.BODY_ONLY,),
    since="0.2",
)
def get_counts(right: Right, request: web.Request) -> dict[str, str]:
    """Tokens can be asked for by GET."""
    return dict(request.query) if request.method == "GET" else right(request)
