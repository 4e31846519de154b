"""Wrong ways of asking earners, and wrong parameters of the way back."""

from html import escape
from urllib.parse import unquote_plus

from markupsafe import Markup

from mock_backpack.apis.oauth import authorization
from mock_backpack.apis.oauth.authorization import AuthorizationRequest
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.apis.oauth.server import Offer
from mock_backpack.core.clients import Client
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("authorize",)
BOTH = ("authorize", "accept")


@defect(
    "authorization.asks-nobody",
    authorization.asks_first,
    endpoints=AT,
    breaks=(Fact.EARNER_ASKED, Fact.DENIAL_REPORTED, Fact.CLIENT_SHOWN),
    since="0.2",
)
def asks_nobody(_right: Right, _asked: AuthorizationRequest) -> bool:
    """Earners who are logged in are not asked."""
    return False


@defect(
    "authorization.mangles-state",
    authorization.granted,
    endpoints=BOTH,
    breaks=(Fact.STATE_RETURNED,),
    since="0.2",
)
def mangles_state(right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """A state loses its special characters."""
    state = "".join(character for character in asked.state if character.isalnum())
    return {**right(code, asked), "state": state}


@defect(
    "authorization.denial-without-state",
    authorization.denied,
    endpoints=AT,
    breaks=(Fact.DENIAL_REPORTED,),
    since="0.2",
)
def denial_without_state(_right: Right, _asked: AuthorizationRequest) -> dict[str, str]:
    """A denial comes back without the state."""
    return {"error": "access_denied"}


@defect(
    "authorization.no-pkce",
    authorization.is_challenge,
    endpoints=BOTH,
    breaks=(Fact.CHALLENGE_NEEDED,),
    since="0.2",
)
def no_pkce(right: Right, challenge: str) -> bool:
    """A code challenge may be missing."""
    return not challenge or right(challenge)


@defect(
    "authorization.any-method",
    authorization.is_method,
    endpoints=BOTH,
    breaks=(Fact.S256_ONLY,),
    since="0.2",
)
def any_method(_right: Right, _method: str | None) -> bool:
    """The challenge may be the verifier itself."""
    return True


@defect(
    "authorization.no-state",
    authorization.is_state,
    endpoints=BOTH,
    breaks=(Fact.PARAMETERS_NEEDED,),
    since="0.2",
)
def no_state(_right: Right, _state: str) -> bool:
    """A state may be missing."""
    return True


@defect(
    "authorization.no-scope",
    authorization.is_scope_there,
    endpoints=BOTH,
    breaks=(Fact.PARAMETERS_NEEDED,),
    since="0.2",
)
def no_scope(_right: Right, _scopes: tuple[str, ...]) -> bool:
    """A request without a scope is as good as another."""
    return True


@defect(
    "authorization.any-response-type",
    authorization.is_code,
    endpoints=BOTH,
    breaks=(Fact.PARAMETERS_NEEDED,),
    since="0.2",
)
def any_response_type(_right: Right, _response_type: str) -> bool:
    """A code is sent whatever the response type."""
    return True


@defect(
    "authorization.any-scope",
    authorization.may_ask_for,
    endpoints=BOTH,
    breaks=(Fact.SCOPE_REGISTERED,),
    since="0.2",
)
def any_scope(_right: Right, _client: Client, scopes: tuple[str, ...], offer: Offer) -> bool:
    """A client gets scopes that it has not registered."""
    return offer.are_known(scopes)


@defect(
    "authorization.names-no-host",
    authorization.shown_client,
    endpoints=AT,
    breaks=(Fact.CLIENT_SHOWN,),
    since="0.2",
)
def names_no_host(right: Right, asked: AuthorizationRequest) -> dict[str, str]:
    """The consent page does not say to which site access is granted."""
    return {**right(asked), "origin": "its site"}


@defect(
    "authorization.no-scope-back",
    authorization.granted,
    endpoints=BOTH,
    breaks=(Fact.SCOPE_RETURNED,),
    since="0.2",
)
def no_scope_back(_right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """The redirect has no scope."""
    return {"code": code, "state": asked.state}


@defect(
    "authorization.no-code",
    authorization.granted,
    endpoints=BOTH,
    breaks=(Fact.CODE_RETURNED,),
    since="0.2",
)
def no_code(right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """The code comes back under another name."""
    return {**right("", asked), "authorization_code": code}


@defect(
    "authorization.no-state-back",
    authorization.granted,
    endpoints=BOTH,
    breaks=(Fact.STATE_RETURNED,),
    since="0.2",
)
def no_state_back(right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """The state does not come back with the code."""
    return {name: value for name, value in right(code, asked).items() if name != "state"}


@defect(
    "authorization.cuts-state",
    authorization.granted,
    endpoints=BOTH,
    breaks=(Fact.STATE_RETURNED,),
    since="0.2",
)
def cuts_state(right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """Of a state the first 128 characters come back."""
    return {**right(code, asked), "state": asked.state[:128]}


@defect(
    "authorization.decodes-state-twice",
    authorization.granted,
    endpoints=BOTH,
    breaks=(Fact.STATE_RETURNED,),
    since="0.2",
)
def decodes_state_twice(right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """A state is decoded twice."""
    return {**right(code, asked), "state": unquote_plus(asked.state)}


@defect(
    "authorization.escapes-state",
    authorization.granted,
    endpoints=BOTH,
    breaks=(Fact.STATE_RETURNED,),
    since="0.2",
)
def escapes_state(right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """A state comes back with HTML entities."""
    return {**right(code, asked), "state": escape(asked.state)}


@defect(
    "authorization.denial-without-name",
    authorization.denied,
    endpoints=AT,
    breaks=(Fact.DENIAL_REPORTED,),
    since="0.2",
)
def denial_without_name(right: Right, asked: AuthorizationRequest) -> dict[str, str]:
    """A denial is told as an invalid request."""
    return {**right(asked), "error": "invalid_request"}


@defect(
    "authorization.code-on-denial",
    authorization.denied,
    endpoints=AT,
    breaks=(Fact.DENIAL_REPORTED,),
    since="0.2",
)
def code_on_denial(right: Right, asked: AuthorizationRequest) -> dict[str, str]:
    """A denial comes back with an empty code."""
    return {**right(asked), "code": "none"}


@defect(
    "authorization.plain-method",
    authorization.is_method,
    endpoints=BOTH,
    breaks=(Fact.S256_ONLY,),
    since="0.2",
)
def plain_method(right: Right, method: str | None) -> bool:
    """The method plain is accepted."""
    return method == "plain" or bool(right(method))


@defect(
    "authorization.default-method",
    authorization.is_method,
    endpoints=BOTH,
    breaks=(Fact.S256_ONLY,),
    since="0.2",
)
def default_method(right: Right, method: str | None) -> bool:
    """A challenge method may be missing."""
    return method is None or bool(right(method))


@defect(
    "authorization.method-in-any-case",
    authorization.is_method,
    endpoints=BOTH,
    breaks=(Fact.S256_ONLY,),
    since="0.2",
)
def method_in_any_case(right: Right, method: str | None) -> bool:
    """The method may be written in lower case."""
    return bool(right(method.upper() if method else method))


@defect(
    "authorization.code-among-others",
    authorization.is_code,
    endpoints=BOTH,
    breaks=(Fact.PARAMETERS_NEEDED,),
    since="0.2",
)
def code_among_others(_right: Right, response_type: str) -> bool:
    """A code is sent when it is one of several response types."""
    return "code" in response_type.split()


@defect(
    "authorization.response-type-optional",
    authorization.is_code,
    endpoints=BOTH,
    breaks=(Fact.PARAMETERS_NEEDED,),
    since="0.2",
)
def response_type_optional(right: Right, response_type: str) -> bool:
    """The response type may be missing."""
    return not response_type or bool(right(response_type))


@defect(
    "authorization.write-for-all",
    authorization.may_ask_for,
    endpoints=BOTH,
    breaks=(Fact.SCOPE_REGISTERED,),
    since="0.2",
)
def write_for_all(right: Right, client: Client, scopes: tuple[str, ...], offer: Offer) -> bool:
    """Every client may ask for the first scope that is offered."""
    return bool(right(client, tuple(name for name in scopes if name != offer.scopes[0]), offer))


@defect(
    "authorization.names-no-client",
    authorization.shown_client,
    endpoints=AT,
    breaks=(Fact.CLIENT_SHOWN,),
    since="0.2",
)
def names_no_client(right: Right, asked: AuthorizationRequest) -> dict[str, str]:
    """The consent page does not say who asks."""
    return {**right(asked), "name": "An application"}


@defect(
    "authorization.unescaped-client",
    authorization.shown_client,
    endpoints=AT,
    breaks=(Fact.CLIENT_SHOWN,),
    since="0.2",
)
def unescaped_client(right: Right, asked: AuthorizationRequest) -> dict[str, str]:
    """The name of a client is markup on the consent page."""
    return {**right(asked), "name": Markup(asked.client.name)}  # noqa: S704 - the defect
