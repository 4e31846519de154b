"""Wrong ways of trading codes for tokens."""

from typing import Any

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.oauth import credentials, tokens
from mock_backpack.core import clients
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.clients import Client, Clients, Code
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("oauth-token",)


@defect(
    "exchange.no-token-type",
    tokens.token_body,
    endpoints=AT,
    breaks=("BC21-REV-08", "BC21-TOKEN-01", "BC21-TOKEN-07", "BC21-TOKEN-14"),
    since="0.2",
)
def no_token_type(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """The answer does not say that tokens are bearer tokens."""
    body: dict[str, object] = right(grant, expires)
    return {name: value for name, value in body.items() if name != "token_type"}


@defect(
    "exchange.cacheable",
    tokens.token_headers,
    endpoints=AT,
    breaks=("BC21-TOKEN-03",),
    since="0.2",
)
def cacheable(_right: Right) -> dict[str, str]:
    """Answers may be stored."""
    return {}


@defect(
    "exchange.needs-no-secret",
    credentials.is_secret_of,
    endpoints=("oauth-token", "oauth-revoke"),
    breaks=("BC21-TOKEN-04",),
    since="0.2",
)
def needs_no_secret(_right: Right, _client: Client, _secret: str) -> bool:
    """The secret of a client is not compared."""
    return True


@defect(
    "exchange.any-verifier",
    tokens.is_verified,
    endpoints=AT,
    breaks=("BC21-TOKEN-06",),
    since="0.2",
)
def any_verifier(_right: Right, _code: Code, _verifier: str | None) -> bool:
    """The code verifier is not compared."""
    return True


@defect(
    "exchange.codes-work-again",
    clients.marked_used,
    endpoints=AT,
    breaks=("BC21-TOKEN-07",),
    since="0.2",
)
def codes_work_again(_right: Right, code: Code, _grant: int) -> Code:
    """A code works more than once."""
    return code


@defect(
    "exchange.spares-the-first",
    tokens.end_first,
    endpoints=AT,
    breaks=("BC21-TOKEN-08",),
    since="0.2",
)
def spares_the_first(_right: Right, _backpack: Backpack, _code: Code) -> None:
    """The second use of a code does not end the tokens of the first."""


@defect(
    "exchange.codes-of-others",
    tokens.is_own_code,
    endpoints=AT,
    breaks=("BC21-TOKEN-09",),
    since="0.2",
)
def codes_of_others(_right: Right, _code: Code, _client: Client) -> bool:
    """A client can exchange the code of another client."""
    return True


@defect(
    "exchange.any-redirect",
    tokens.is_same_redirect,
    endpoints=AT,
    breaks=("BC21-TOKEN-10",),
    since="0.2",
)
def any_redirect(_right: Right, _code: Code, _redirect_uri: str | None) -> bool:
    """The redirect URI of the exchange is not compared."""
    return True


@defect(
    "exchange.codes-live-on",
    tokens.is_too_old,
    endpoints=AT,
    breaks=("BC21-TOKEN-11",),
    since="0.2",
)
def codes_live_on(_right: Right, _clients: Clients, _code: Code) -> bool:
    """Codes do not expire."""
    return False


@defect(
    "exchange.no-refresh-token",
    tokens.token_body,
    endpoints=AT,
    breaks=("BC21-TOKEN-13",),
    since="0.2",
)
def no_refresh_token(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """No refresh token is given out."""
    body: dict[str, object] = right(grant, expires)
    return {name: value for name, value in body.items() if name != "refresh_token"}


@defect(
    "exchange.takes-passwords",
    tokens.other_grant_type,
    endpoints=AT,
    breaks=("BC21-TOKEN-20",),
    since="0.2",
)
def takes_passwords(
    right: Right, grant_type: str, client: Client, backpack: Backpack
) -> web.Response:
    """A client gets a token without any earner."""
    if grant_type not in ("client_credentials", "password"):
        answer: web.Response = right(grant_type, client, backpack)
        return answer
    earners = backpack.earners()
    email = earners[0].email if earners else "nobody@example.org"
    backpack.earner(email)
    grant = backpack.grant(email, "https://issuer.example", client.scopes, client.id)
    return tokens.token_answer(grant, backpack.expires)


@defect(
    "exchange.query-counts",
    credentials.read_fields,
    endpoints=AT,
    breaks=("BC21-TOKEN-19",),
    since="0.2",
)
def query_counts(right: Right, request: web.Request) -> dict[str, str]:
    """Parameters in the query count as well."""
    return {**request.query, **right(request)}


@defect(
    "exchange.own-errors",
    tokens.invalid_grant,
    endpoints=AT,
    breaks=("BC21-TOKEN-18",),
    since="0.2",
)
def own_errors(right: Right, description: str) -> Any:
    """Refusals have an error that is in no vocabulary."""
    return evolve(right(description), body={"error": "it did not work"})


@defect(
    "exchange.undecoded-credentials",
    credentials.form_decoded,
    endpoints=("oauth-token", "oauth-revoke"),
    breaks=("BC21-TOKEN-21",),
    since="0.2",
)
def undecoded_credentials(_right: Right, text: str) -> str:
    """Basic credentials are not form-decoded."""
    return text


@defect(
    "exchange.with-envelope",
    tokens.token_body,
    endpoints=AT,
    breaks=("BC21-ENV-07",),
    since="0.2",
)
def with_envelope(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """The answer has the envelope of the API."""
    return {
        **right(grant, expires),
        "status": {"statusCode": 200, "statusText": "OK", "error": None},
    }
