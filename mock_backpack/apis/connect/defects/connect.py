"""Wrong ways of asking an earner, and of telling the callback."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from itertools import count
from urllib.parse import quote, quote_plus, unquote, urlencode, urlsplit, urlunsplit

from aiohttp import web
from multidict import MultiMapping

from mock_backpack.apis import answers
from mock_backpack.apis.connect import ask, bearer, pages
from mock_backpack.apis.connect.ask import Ask
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Grant
from mock_backpack.core.catalogue import defect
from mock_backpack.core.errors import PageError
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import Crash, Right


@defect(
    "connect.script-without-connect",
    pages.script_answer,
    endpoints=("script",),
    breaks=("BC-CONNECT-01",),
    since="0.1",
)
def defines_nothing(right: Right) -> web.Response:
    """issuer.js defines OpenBadges without connect."""
    response: web.Response = right()
    response.text = "window.OpenBadges = {};"
    return response


@defect(
    "connect.script-as-text",
    pages.script_answer,
    endpoints=("script",),
    breaks=("BC-CONNECT-01",),
    since="0.1",
)
def serves_text(right: Right) -> web.Response:
    """issuer.js is served as plain text, without the header that stops browsers from running it."""
    response: web.Response = right()
    return web.Response(text=response.text, content_type="text/plain")


@defect(
    "connect.script-loses-scope",
    pages.script_answer,
    endpoints=("script",),
    breaks=("BC-CONNECT-02",),
    since="0.1",
)
def forgets_the_scope(right: Right) -> web.Response:
    """OpenBadges.connect does not send the scope to the Backpack."""
    response: web.Response = right()
    response.text = str(response.text).replace("set('scope'", "set('scopes'")
    return response


@defect(
    "connect.script-relative-callback",
    pages.script_answer,
    endpoints=("script",),
    breaks=("BC-CONNECT-02",),
    since="0.1",
)
def keeps_a_relative_callback(right: Right) -> web.Response:
    """OpenBadges.connect does not make a relative callback absolute."""
    response: web.Response = right()
    made_absolute = "new URL(options.callback, document.baseURI).href"
    response.text = str(response.text).replace(made_absolute, "options.callback")
    return response


@defect(
    "connect.grants-without-asking",
    pages.asks_first,
    endpoints=("access",),
    breaks=("BC-CONNECT-03", "BC-CONNECT-07"),
    since="0.1",
)
def grants_without_asking(_right: Right, _ask: Ask) -> bool:
    """Opening the access page while logged in grants access."""
    return False


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


def _without(name: str, right: Right, *said: object) -> dict[str, str]:
    return {key: value for key, value in right(*said).items() if key != name}


@defect(
    "connect.expires-missing",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-05",),
    since="0.1",
)
def forgets_expires(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback does not receive the lifetime of the token."""
    return _without("expires", right, grant, expires, api_root)


@defect(
    "connect.api-root-missing",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-05",),
    since="0.1",
)
def forgets_api_root(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback does not receive api_root."""
    return _without("api_root", right, grant, expires, api_root)


@defect(
    "connect.refresh-token-empty",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-05",),
    since="0.1",
)
def gives_no_refresh_token(
    right: Right, grant: Grant, expires: int, api_root: str
) -> dict[str, str]:
    """The callback receives an empty refresh_token."""
    return {**right(grant, expires, api_root), "refresh_token": ""}


@defect(
    "connect.error-on-success",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-06",),
    since="0.1",
)
def tells_an_error(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback receives an error parameter although access was granted."""
    return {**right(grant, expires, api_root), "error": "none"}


@defect(
    "connect.denied-without-error",
    ask.denied_parameters,
    endpoints=("access",),
    breaks=("BC-CONNECT-07",),
    since="0.1",
)
def denies_in_silence(_right: Right) -> dict[str, str]:
    """The callback does not receive that the earner denied access."""
    return {}


@defect(
    "connect.denied-with-other-error",
    ask.denied_parameters,
    endpoints=("access",),
    breaks=("BC-CONNECT-07",),
    since="0.1",
)
def denies_in_other_words(_right: Right) -> dict[str, str]:
    """The callback receives denied instead of access_denied."""
    return {"error": "denied"}


@defect(
    "connect.denied-with-tokens",
    ask.denied_parameters,
    endpoints=("access",),
    breaks=("BC-CONNECT-03", "BC-CONNECT-07"),
    since="0.1",
)
def denies_and_grants(right: Right) -> dict[str, str]:
    """The link to deny sends an access token to the callback, and so reveals it before the earner
    acts.
    """
    return {**right(), "access_token": "a-token-that-nobody-granted"}


@defect(
    "connect.expires-negative",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-08",),
    since="0.1",
)
def expires_in_the_past(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback receives a negative number of seconds."""
    return {**right(grant, expires, api_root), "expires": f"-{expires}"}


@defect(
    "connect.expires-date",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-08",),
    since="0.1",
)
def expires_at_a_date(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback receives a date instead of seconds."""
    return {**right(grant, expires, api_root), "expires": "2030-01-01T00:00:00Z"}


@defect(
    "connect.relative-api-root",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-09",),
    since="0.1",
)
def tells_a_path(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback receives a path instead of an absolute api_root."""
    return {**right(grant, expires, api_root), "api_root": urlsplit(api_root).path}


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


LAST_OF_ASCII = 127
USERINFO = re.compile(r"(https?://)([^/@]+)@[^/]+")
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
    "connect.crashes-on-bad-port",
    ask.checked_callback,
    endpoints=("access",),
    breaks=("BC-CONNECT-13",),
    since="0.2",
)
def crashes_on_a_bad_port(right: Right, callback: str) -> str:
    """A callback whose port is too high causes a server error."""
    try:
        urlsplit(callback).port  # noqa: B018 - it raises
    except ValueError as error:
        raise Crash("Port out of range 0-65535") from error
    return str(right(callback))


@defect(
    "connect.crashes-on-odd-host",
    ask.checked_callback,
    endpoints=("access",),
    breaks=("BC-CONNECT-13",),
    since="0.2",
)
def crashes_on_an_odd_host(right: Right, callback: str) -> str:
    """A callback with letters that are not ASCII causes a server error."""
    if any(ord(letter) > LAST_OF_ASCII for letter in callback):
        raise Crash("label empty or too long")
    return str(right(callback))


@defect(
    "connect.believes-userinfo",
    ask.checked_callback,
    endpoints=("access",),
    breaks=("BC-SAFE-05",),
    since="0.2",
)
def believes_userinfo(right: Right, callback: str) -> str:
    """The part of the callback before an @ is shown as its host."""
    return str(right(USERINFO.sub(r"\1\2", callback)))


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


@defect(
    "connect.accepts-unknown-scope",
    ask.checked_scopes,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-11",),
    since="0.1",
)
def accepts_any_scope(right: Right, scope: str) -> tuple[str, ...]:
    """Any scope can be requested."""
    return tuple(filter(None, scope.split(","))) or tuple(right(scope))


@defect(
    "connect.accepts-missing-scope",
    ask.checked_scopes,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-11",),
    since="0.1",
)
def assumes_a_scope(right: Right, scope: str) -> tuple[str, ...]:
    """A missing scope means issue."""
    return tuple(right(scope or "issue"))


@defect(
    "connect.accepts-missing-callback",
    ask.checked_callback,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-11",),
    since="0.1",
)
def assumes_a_callback(right: Right, callback: str) -> str:
    """A missing callback is replaced by a default page."""
    return str(right(callback or "https://issuer.example/callback"))


@defect(
    "connect.redirects-to-bad-callback",
    answers.page_refusal,
    endpoints=("access",),
    breaks=("BC-CONNECT-12",),
    since="0.1",
)
def redirects_to_a_bad_callback(
    right: Right, request: web.Request, refusal: Exception
) -> web.Response:
    """The browser is redirected to a callback that is not an http(s) URL."""
    callback = request.query.get("callback", "")
    if not callback or "invalid callback" not in str(refusal):
        refused: web.Response = right(request, refusal)
        return refused
    return pages.see_other(f"{callback}?error=invalid")


@defect(
    "connect.short-tokens",
    backpack.new_token,
    endpoints=("accept", "token"),
    breaks=("BC-CONNECT-15",),
    since="0.1",
)
def makes_short_tokens(right: Right, randomness: Randomness, length: int) -> str:
    """Tokens have eight characters, which can be guessed in an afternoon."""
    return str(right(randomness, length))[:8]


@defect(
    "connect.scope-forgotten",
    bearer.has_scope,
    endpoints=("issue", "identity"),
    breaks=(
        "BC-CONNECT-14",
        "BC-AUTH-01",
        "BC-ISSUE-01",
        "BC-ISSUE-02",
        "BC-ISSUE-03",
        "BC-ISSUE-05",
        "BC-ISSUE-17",
        "BC-ISSUE-18",
        "BC-TOKEN-03",
        "BC-IDENT-01",
    ),
    since="0.1",
)
def forgets_the_scope_of_the_grant(_right: Right, _grant: Grant, _scope: str) -> bool:
    """A granted scope is not honoured: every token lacks it."""
    return False


@defect(
    "connect.takes-first-of-two",
    ask.check_once,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-13",),
    since="0.2",
)
def takes_the_first(_right: Right, _parameters: MultiMapping[str]) -> None:
    """If a parameter is repeated, the first value is used."""


@defect(
    "connect.crashes-on-two",
    ask.check_once,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-13",),
    since="0.2",
)
def crashes_on_two(right: Right, parameters: MultiMapping[str]) -> None:
    """A repeated parameter causes a server error."""
    try:
        right(parameters)
    except PageError as error:
        raise Crash("expected a string, got an array") from error


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
    "connect.refresh-token-dead",
    ask.granted_parameters,
    endpoints=("accept",),
    breaks=("BC-CONNECT-05", "BC-TOKEN-01"),
    since="0.2",
)
def gives_a_dead_refresh_token(
    right: Right, grant: Grant, expires: int, api_root: str
) -> dict[str, str]:
    """The callback receives an unknown refresh token."""
    return {**right(grant, expires, api_root), "refresh_token": grant.tokens.refresh[::-1]}


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


_counted = count()
"""Numbers of which a careless server makes tokens."""


@defect(
    "connect.tokens-hash-a-counter",
    backpack.new_token,
    endpoints=("accept", "token"),
    breaks=("BC-CONNECT-15",),
    since="0.2",
)
def hashes_a_counter(_right: Right, _randomness: Randomness, _length: int) -> str:
    """Tokens are hashes of a number that counts up."""
    return hashlib.sha256(str(next(_counted)).encode()).hexdigest()
