"""Wrong URLs of the callback."""

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote, quote_plus, unquote, urlencode, urlsplit, urlunsplit

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.apis.connect import ask
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right


@defect(
    "connect.token-in-fragment",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-04",),
    since="0.1",
)
def tells_in_the_fragment(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """The callback receives the tokens in the fragment, where only a script can read them."""
    if "error" in parameters:
        return str(right(callback, parameters))
    return f"{right(callback, {})}#{urlencode(parameters)}"


@defect(
    "connect.loses-callback-query",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-10",),
    since="0.1",
)
def loses_the_query(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """The callback's own query is dropped."""
    return str(right(callback.partition("?")[0], parameters))


@defect(
    "connect.planted-encoded-parameter-wins",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-10",),
    since="0.2",
)
def compares_encoded_names(_right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """An access_token planted in the callback stays when its name is percent-encoded."""
    address, _, query = callback.partition("?")
    own = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in parameters]
    return f"{address}?{'&'.join([*own, urlencode(parameters)])}"


OLD_NAMES = ("access_token", "refresh_token", "api_root")


@defect(
    "connect.planted-error-wins",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-10",),
    since="0.2",
)
def drops_planted_tokens_only(_right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """Tokens planted in the callback are dropped, but a planted error or expires stays."""
    address, _, query = callback.partition("?")
    own = [pair for pair in query.split("&") if unquote(pair.partition("=")[0]) not in OLD_NAMES]
    return f"{address}?{'&'.join([*filter(None, own), urlencode(parameters)])}"


@defect(
    "connect.appends-to-a-bare-callback",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-04", "BC-CONNECT-10"),
    since="0.2",
)
def appends_to_a_bare_callback(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """A callback without a path becomes another host, because text is appended to it."""
    is_bare = urlsplit(callback).path == ""
    return (
        f"{callback}access?{urlencode(parameters)}" if is_bare else str(right(callback, parameters))
    )


@defect(
    "connect.planted-parameter-wins",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-10",),
    since="0.1",
)
def keeps_planted_parameters(_right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """An access_token planted in the callback stays, in front of the real one."""
    parts = urlsplit(callback)
    query = "&".join(filter(None, [parts.query, urlencode(parameters)]))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _with_query(right: Right, callback: str, pairs: Iterable[str]) -> str:
    own = str(right(callback, {})).rstrip("?&")
    return f"{own}{'&' if '?' in own else '?'}{'&'.join(pairs)}"


@defect(
    "connect.encodes-twice",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-05",),
    since="0.2",
)
def encodes_twice(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """The values on the callback are percent-encoded twice."""
    return str(right(callback, {name: quote_plus(value) for name, value in parameters.items()}))


@defect(
    "connect.encodes-nothing",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-05",),
    since="0.2",
)
def encodes_nothing(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """The values on the callback are not percent-encoded."""
    return _with_query(right, callback, (f"{name}={value}" for name, value in parameters.items()))


@defect(
    "connect.leaves-plus-signs",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-05",),
    since="0.2",
)
def leaves_plus_signs(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """A plus sign in a value on the callback is not encoded, and reads as a space."""
    pairs = (f"{name}={quote(value, safe='+')}" for name, value in parameters.items())
    return _with_query(right, callback, pairs)


@defect(
    "connect.denial-loses-query",
    ask.way_back,
    endpoints=("access",),
    breaks=("BC-CONNECT-10",),
    since="0.2",
)
def loses_the_query_when_denied(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """The callback's own query is lost when the earner denies."""
    is_denied = "error" in parameters
    return str(right(callback.partition("?")[0] if is_denied else callback, parameters))


@defect(
    "connect.loses-callback-path",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-04", "BC-CONNECT-07"),
    since="0.2",
)
def loses_the_path(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """The browser returns to the root of the issuer's site."""
    parts = urlsplit(str(right(callback, parameters)))
    return urlunsplit((parts.scheme, parts.netloc, "/", parts.query, ""))


@defect(
    "connect.planted-token-stays-on-denial",
    ask.way_back,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-10",),
    since="0.2",
)
def keeps_a_planted_token(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """An access_token planted in the callback stays when the earner denies access."""
    if "error" not in parameters:
        return str(right(callback, parameters))
    between = "&" if "?" in callback else "?"
    return f"{callback}{between}{urlencode(parameters)}"


@defect(
    "connect.returns-by-a-link",
    answers.answered,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-04",),
    since="0.2",
)
def returns_by_a_link(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """After granting access the earner has to follow a link to the callback."""
    answer: web.StreamResponse = right(request, response)
    location = answer.headers.get("Location", "")
    if not request.path.endswith("/accept") or "access_token=" not in location:
        return answer
    page = f'<!doctype html><title>Granted</title><a href="{escape(location)}">Go back</a>'
    return web.Response(text=page, content_type="text/html", headers=answers.page_headers())
