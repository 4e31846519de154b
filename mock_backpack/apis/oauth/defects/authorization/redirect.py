"""Wrong ways of sending the earner back to a client."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.oauth import authorization
from mock_backpack.apis.oauth.authorization import Refusal
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.core.clients import Client, Clients
from mock_backpack.core.errors import PageError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("authorize",)
BOTH = ("authorize", "accept")


@defect(
    "authorization.redirect-by-prefix",
    authorization.is_registered,
    endpoints=BOTH,
    breaks=(Fact.REDIRECT_REGISTERED,),
    since="0.2",
)
def redirect_by_prefix(_right: Right, client: Client, redirect_uri: str) -> bool:
    """A redirect URI only has to begin as a registered one."""
    is_usable = "@" not in redirect_uri
    return is_usable and any(map(redirect_uri.startswith, client.redirect_uris))


@defect(
    "authorization.redirect-by-host",
    authorization.is_registered,
    endpoints=BOTH,
    breaks=(Fact.REDIRECT_REGISTERED,),
    since="0.2",
)
def redirect_by_host(_right: Right, client: Client, redirect_uri: str) -> bool:
    """Of a redirect URI only the host is compared."""
    host = urlsplit(redirect_uri).hostname if "@" not in redirect_uri else None
    return any(urlsplit(known).hostname == host for known in client.redirect_uris)


@defect(
    "authorization.drops-the-query",
    authorization.called_back,
    endpoints=BOTH,
    breaks=(Fact.QUERY_KEPT,),
    since="0.2",
)
def drops_the_query(_right: Right, redirect_uri: str, parameters: Mapping[str, str]) -> str:
    """The own query of a redirect URI is lost."""
    return f"{redirect_uri.partition('?')[0]}?{urlencode(parameters)}"


@defect(
    "authorization.takes-the-first",
    authorization.is_repeated,
    endpoints=BOTH,
    breaks=(Fact.PARAMETERS_ONCE,),
    since="0.2",
)
def takes_the_first(_right: Right, _query: Any, _name: str) -> bool:
    """Of a repeated parameter the first counts."""
    return False


@defect(
    "authorization.redirect-on-any-port",
    authorization.is_registered,
    endpoints=BOTH,
    breaks=(Fact.REDIRECT_REGISTERED,),
    since="0.2",
)
def redirect_on_any_port(_right: Right, client: Client, redirect_uri: str) -> bool:
    """A redirect URI may have another port than the registered one."""
    parts = urlsplit(redirect_uri)
    known = [urlsplit(uri) for uri in client.redirect_uris]
    same = [(uri.scheme, uri.hostname, uri.path, uri.query) for uri in known]
    is_usable = parts.username is None
    return is_usable and (parts.scheme, parts.hostname, parts.path, parts.query) in same


@defect(
    "authorization.redirect-without-query",
    authorization.is_registered,
    endpoints=BOTH,
    breaks=(Fact.REDIRECT_REGISTERED,),
    since="0.2",
)
def redirect_without_query(right: Right, client: Client, redirect_uri: str) -> bool:
    """The query of a redirect URI is not compared."""
    bare = redirect_uri.partition("?")[0]
    return bool(right(client, redirect_uri) or right(client, bare))


@defect(
    "authorization.redirect-in-any-case",
    authorization.is_registered,
    endpoints=BOTH,
    breaks=(Fact.REDIRECT_REGISTERED,),
    since="0.2",
)
def redirect_in_any_case(_right: Right, client: Client, redirect_uri: str) -> bool:
    """Redirect URIs are compared ignoring letter case."""
    return redirect_uri.lower() in map(str.lower, client.redirect_uris)


@defect(
    "authorization.redirect-in-subdomains",
    authorization.is_registered,
    endpoints=BOTH,
    breaks=(Fact.REDIRECT_REGISTERED,),
    since="0.2",
)
def redirect_in_subdomains(right: Right, client: Client, redirect_uri: str) -> bool:
    """A redirect URI may be in a subdomain of the registered one."""
    known = [uri.partition("://")[2] for uri in client.redirect_uris]
    return right(client, redirect_uri) or any(redirect_uri.endswith(f".{uri}") for uri in known)


@defect(
    "authorization.redirect-resolves-dots",
    authorization.is_registered,
    endpoints=BOTH,
    breaks=(Fact.REDIRECT_REGISTERED,),
    since="0.2",
)
def redirect_resolves_dots(right: Right, client: Client, redirect_uri: str) -> bool:
    """A redirect URI only has to pass through a registered one."""
    before = redirect_uri.partition("/..")[0]
    return bool(right(client, redirect_uri) or right(client, before))


@defect(
    "authorization.first-redirect",
    authorization.allowed_redirect,
    endpoints=BOTH,
    breaks=(Fact.REDIRECT_REGISTERED,),
    since="0.2",
)
def first_redirect(right: Right, query: Any, client: Client) -> str:
    """Without a redirect URI the browser is sent to the first registered one."""
    return str(right(query, client)) if "redirect_uri" in query else client.redirect_uris[0]


@defect(
    "authorization.sends-strangers-back",
    authorization.known_client,
    endpoints=BOTH,
    breaks=(Fact.CLIENT_KNOWN,),
    since="0.2",
)
def sends_strangers_back(right: Right, query: Any, clients: Clients) -> Client:
    """An error about an unknown client is told at the redirect URI."""
    try:
        client: Client = right(query, clients)
    except PageError as error:
        error_parameters = ("unauthorized_client", error.message, query.get("state", ""))
        raise Refusal(query.get("redirect_uri", ""), *error_parameters) from error
    return client


@defect(
    "authorization.errors-on-a-page",
    authorization.error_redirect,
    endpoints=AT,
    breaks=(Fact.ERRORS_REPORTED,),
    since="0.2",
)
def errors_on_a_page(_right: Right, refusal: Refusal) -> web.Response:
    """Errors are shown to the earner, and not told to the client."""
    raise PageError(400, refusal.description)


@defect(
    "authorization.errors-without-state",
    authorization.error_redirect,
    endpoints=AT,
    breaks=(Fact.ERRORS_REPORTED,),
    since="0.2",
)
def errors_without_state(right: Right, refusal: Refusal) -> web.Response:
    """An error comes back without the state."""
    answer: web.Response = right(evolve(refusal, state=""))
    return answer


@defect(
    "authorization.own-errors",
    authorization.error_redirect,
    endpoints=AT,
    breaks=(Fact.ERRORS_REPORTED,),
    since="0.2",
)
def own_errors(right: Right, refusal: Refusal) -> web.Response:
    """An error that comes back is in no vocabulary."""
    answer: web.Response = right(evolve(refusal, error="bad_request"))
    return answer


@defect(
    "authorization.encodes-the-query",
    authorization.called_back,
    endpoints=BOTH,
    breaks=(Fact.QUERY_KEPT,),
    since="0.2",
)
def encodes_the_query(right: Right, redirect_uri: str, parameters: Mapping[str, str]) -> str:
    """The own query of a redirect URI is encoded again."""
    return str(right(redirect_uri.replace("%", "%25"), parameters))


@defect(
    "authorization.takes-the-first-state",
    authorization.is_repeated,
    endpoints=BOTH,
    breaks=(Fact.PARAMETERS_ONCE,),
    since="0.2",
)
def takes_the_first_state(right: Right, query: Any, name: str) -> bool:
    """Of several states the first counts."""
    return name != "state" and bool(right(query, name))
