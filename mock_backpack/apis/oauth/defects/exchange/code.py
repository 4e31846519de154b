"""Wrong judgements of codes, and wrong answers with tokens."""

from typing import Any
from urllib.parse import urlsplit

from attrs import evolve

from mock_backpack.apis.oauth import tokens
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.core import clients
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.clients import Client, Clients, Code
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("oauth-token",)


@defect(
    "exchange.no-token-type",
    tokens.token_body,
    endpoints=AT,
    breaks=(Fact.TOKENS_GIVEN,),
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
    breaks=(Fact.TOKENS_NO_STORE,),
    since="0.2",
)
def cacheable(_right: Right) -> dict[str, str]:
    """Answers may be stored."""
    return {}


@defect(
    "exchange.any-verifier",
    tokens.is_verified,
    endpoints=AT,
    breaks=(Fact.VERIFIER_COMPARED,),
    since="0.2",
)
def any_verifier(_right: Right, _code: Code, _verifier: str | None) -> bool:
    """The code verifier is not compared."""
    return True


@defect(
    "exchange.codes-work-again",
    clients.marked_used,
    endpoints=AT,
    breaks=(Fact.CODE_ONCE,),
    since="0.2",
)
def codes_work_again(_right: Right, code: Code, _grant: int) -> Code:
    """A code works more than once."""
    return code


@defect(
    "exchange.spares-the-first",
    tokens.end_first,
    endpoints=AT,
    breaks=(Fact.FIRST_TOKENS_END,),
    since="0.2",
)
def spares_the_first(_right: Right, _backpack: Backpack, _code: Code) -> None:
    """The second use of a code does not end the tokens of the first."""


@defect(
    "exchange.codes-of-others",
    tokens.is_own_code,
    endpoints=AT,
    breaks=(Fact.CODE_OF_ITS_CLIENT,),
    since="0.2",
)
def codes_of_others(_right: Right, _code: Code, _client: Client) -> bool:
    """A client can exchange the code of another client."""
    return True


@defect(
    "exchange.any-redirect",
    tokens.is_same_redirect,
    endpoints=AT,
    breaks=(Fact.CODE_OF_ITS_REDIRECT,),
    since="0.2",
)
def any_redirect(_right: Right, _code: Code, _redirect_uri: str | None) -> bool:
    """The redirect URI of the exchange is not compared."""
    return True


@defect(
    "exchange.codes-live-on",
    tokens.is_too_old,
    endpoints=AT,
    breaks=(Fact.CODE_EXPIRES,),
    since="0.2",
)
def codes_live_on(_right: Right, _clients: Clients, _code: Code) -> bool:
    """Codes do not expire."""
    return False


@defect(
    "exchange.no-refresh-token",
    tokens.token_body,
    endpoints=AT,
    breaks=(Fact.REFRESH_TOKEN_GIVEN,),
    since="0.2",
)
def no_refresh_token(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """No refresh token is given out."""
    body: dict[str, object] = right(grant, expires)
    return {name: value for name, value in body.items() if name != "refresh_token"}


@defect(
    "exchange.own-errors",
    tokens.invalid_grant,
    endpoints=AT,
    breaks=(Fact.TOKEN_ERRORS,),
    since="0.2",
)
def own_errors(right: Right, description: str) -> Any:
    """Refusals have an error that is in no vocabulary."""
    return evolve(right(description), body={"error": "it did not work"})


@defect(
    "exchange.other-token-type",
    tokens.token_body,
    endpoints=AT,
    breaks=(Fact.TOKENS_GIVEN,),
    since="0.2",
)
def other_token_type(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """Tokens are said to be of another type."""
    return {**right(grant, expires), "token_type": "mac"}


@defect(
    "exchange.no-lifetime",
    tokens.token_body,
    endpoints=AT,
    breaks=(Fact.LIFETIME_GIVEN,),
    since="0.2",
)
def no_lifetime(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """The answer does not say how long the token lives."""
    body: dict[str, object] = right(grant, expires)
    return {name: value for name, value in body.items() if name != "expires_in"}


@defect(
    "exchange.lifetime-as-text",
    tokens.token_body,
    endpoints=AT,
    breaks=(Fact.LIFETIME_IN_SECONDS,),
    since="0.2",
)
def lifetime_as_text(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """The lifetime of a token is a text."""
    return {**right(grant, expires), "expires_in": str(expires)}


@defect(
    "exchange.lifetime-as-date",
    tokens.token_body,
    endpoints=AT,
    breaks=(Fact.LIFETIME_IN_SECONDS,),
    since="0.2",
)
def lifetime_as_date(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """The lifetime of a token is a date."""
    return {**right(grant, expires), "expires_in": "2038-01-19T03:14:07Z"}


@defect(
    "exchange.optional-verifier",
    tokens.is_verified,
    endpoints=AT,
    breaks=(Fact.VERIFIER_COMPARED,),
    since="0.2",
)
def optional_verifier(right: Right, code: Code, verifier: str | None) -> bool:
    """The code verifier may be missing."""
    return verifier is None or bool(right(code, verifier))


@defect(
    "exchange.empty-verifier",
    tokens.is_verified,
    endpoints=AT,
    breaks=(Fact.VERIFIER_COMPARED,),
    since="0.2",
)
def empty_verifier(right: Right, code: Code, verifier: str | None) -> bool:
    """The code verifier may be empty."""
    return verifier == "" or bool(right(code, verifier))


@defect(
    "exchange.cuts-the-verifier",
    tokens.is_verified,
    endpoints=AT,
    breaks=(Fact.VERIFIER_COMPARED,),
    since="0.2",
)
def cuts_the_verifier(right: Right, code: Code, verifier: str | None) -> bool:
    """Of a code verifier the first 43 characters are compared."""
    return bool(right(code, verifier and verifier[:43]))


@defect(
    "exchange.challenge-as-verifier",
    tokens.is_verified,
    endpoints=AT,
    breaks=(Fact.VERIFIER_COMPARED,),
    since="0.2",
)
def challenge_as_verifier(right: Right, code: Code, verifier: str | None) -> bool:
    """The challenge works as a verifier."""
    return verifier == code.challenge or bool(right(code, verifier))


@defect(
    "exchange.redirect-by-host",
    tokens.is_same_redirect,
    endpoints=AT,
    breaks=(Fact.CODE_OF_ITS_REDIRECT,),
    since="0.2",
)
def redirect_by_host(right: Right, code: Code, redirect_uri: str | None) -> bool:
    """Of the redirect URI of the exchange only host and port are compared."""
    place = urlsplit(redirect_uri or "").netloc
    return bool(right(code, redirect_uri)) or place == urlsplit(code.redirect_uri).netloc


@defect(
    "exchange.optional-redirect",
    tokens.is_same_redirect,
    endpoints=AT,
    breaks=(Fact.CODE_OF_ITS_REDIRECT,),
    since="0.2",
)
def optional_redirect(right: Right, code: Code, redirect_uri: str | None) -> bool:
    """The exchange needs no redirect URI."""
    return redirect_uri is None or bool(right(code, redirect_uri))


@defect(
    "exchange.codes-live-an-hour",
    tokens.is_too_old,
    endpoints=AT,
    breaks=(Fact.CODE_EXPIRES,),
    since="0.2",
)
def codes_live_an_hour(_right: Right, clients: Clients, code: Code) -> bool:
    """Codes expire after an hour."""
    return clients.clock.now() >= code.made_at + 3600


@defect(
    "exchange.errors-as-403",
    tokens.invalid_grant,
    endpoints=AT,
    breaks=(Fact.TOKEN_ERRORS,),
    since="0.2",
)
def errors_as_403(right: Right, description: str) -> Any:
    """A wrong code is a 403."""
    return evolve(right(description), status=403)


@defect(
    "exchange.error-page",
    tokens.invalid_grant,
    endpoints=AT,
    breaks=(Fact.TOKEN_ERRORS,),
    since="0.2",
)
def error_page(_right: Right, description: str) -> Any:
    """Refusals are texts."""
    return ApiError(400, description, as_text=True)
