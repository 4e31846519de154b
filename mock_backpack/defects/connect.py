"""Wrong ways of asking an earner, and of telling the callback."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from mock_backpack import app, ask, backpack, bearer, pages
from mock_backpack.ask import Ask
from mock_backpack.backpack import Grant
from mock_backpack.seams import Right, defect


@defect("connect.script-without-connect", pages.script_answer, breaks=("BC-CONNECT-01",))
def defines_nothing(right: Right) -> web.Response:
    """issuer.js defines OpenBadges, but no connect in it."""
    response: web.Response = right()
    response.text = "window.OpenBadges = {};"
    return response


@defect("connect.script-as-text", pages.script_answer, breaks=("BC-CONNECT-01",))
def serves_text(right: Right) -> web.Response:
    """issuer.js is served as plain text, but without the header that stops a browser at that."""
    response: web.Response = right()
    return web.Response(text=response.text, content_type="text/plain")


@defect("connect.script-loses-scope", pages.script_answer, breaks=("BC-CONNECT-02",))
def forgets_the_scope(right: Right) -> web.Response:
    """OpenBadges.connect does not tell the Backpack the scope."""
    response: web.Response = right()
    response.text = str(response.text).replace("set('scope'", "set('scopes'")
    return response


@defect("connect.script-relative-callback", pages.script_answer, breaks=("BC-CONNECT-02",))
def keeps_a_relative_callback(right: Right) -> web.Response:
    """OpenBadges.connect does not make a relative callback absolute."""
    response: web.Response = right()
    made_absolute = "new URL(options.callback, document.baseURI).href"
    response.text = str(response.text).replace(made_absolute, "options.callback")
    return response


@defect(
    "connect.grants-without-asking", pages.asks_first, breaks=("BC-CONNECT-03", "BC-CONNECT-07")
)
def grants_without_asking(_right: Right, _ask: Ask) -> bool:
    """Who is logged in grants access by opening the access page."""
    return False


@defect("connect.token-in-fragment", ask.way_back, breaks=("BC-CONNECT-04",))
def tells_in_the_fragment(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """The callback gets the tokens in the fragment, where only a script can read them."""
    if "error" in parameters:
        return str(right(callback, parameters))
    return f"{right(callback, {})}#{urlencode(parameters)}"


def _without(name: str, right: Right, *said: object) -> dict[str, str]:
    return {key: value for key, value in right(*said).items() if key != name}


@defect("connect.expires-missing", ask.granted_parameters, breaks=("BC-CONNECT-05",))
def forgets_expires(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback is not told when the token expires."""
    return _without("expires", right, grant, expires, api_root)


@defect("connect.api-root-missing", ask.granted_parameters, breaks=("BC-CONNECT-05",))
def forgets_api_root(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback is not told where the API is."""
    return _without("api_root", right, grant, expires, api_root)


@defect("connect.refresh-token-empty", ask.granted_parameters, breaks=("BC-CONNECT-05",))
def gives_no_refresh_token(
    right: Right, grant: Grant, expires: int, api_root: str
) -> dict[str, str]:
    """The callback gets an empty refresh_token."""
    return {**right(grant, expires, api_root), "refresh_token": ""}


@defect("connect.error-on-success", ask.granted_parameters, breaks=("BC-CONNECT-06",))
def tells_an_error(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback gets an error parameter when everything is well."""
    return {**right(grant, expires, api_root), "error": "none"}


@defect("connect.denied-without-error", ask.denied_parameters, breaks=("BC-CONNECT-07",))
def denies_in_silence(_right: Right) -> dict[str, str]:
    """The callback is not told that the earner denied."""
    return {}


@defect("connect.denied-with-other-error", ask.denied_parameters, breaks=("BC-CONNECT-07",))
def denies_in_other_words(_right: Right) -> dict[str, str]:
    """The callback is told denied in place of access_denied."""
    return {"error": "denied"}


@defect("connect.denied-with-tokens", ask.denied_parameters, breaks=("BC-CONNECT-07",))
def denies_and_grants(right: Right) -> dict[str, str]:
    """The callback gets an access token though the earner denied."""
    return {**right(), "access_token": "a-token-that-nobody-granted"}


@defect("connect.expires-negative", ask.granted_parameters, breaks=("BC-CONNECT-08",))
def expires_in_the_past(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback is told a negative number of seconds."""
    return {**right(grant, expires, api_root), "expires": f"-{expires}"}


@defect("connect.expires-date", ask.granted_parameters, breaks=("BC-CONNECT-08",))
def expires_at_a_date(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback is told a date in place of seconds."""
    return {**right(grant, expires, api_root), "expires": "2030-01-01T00:00:00Z"}


@defect("connect.relative-api-root", ask.granted_parameters, breaks=("BC-CONNECT-09",))
def tells_a_path(right: Right, grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The callback is told a path in place of an absolute api_root."""
    return {**right(grant, expires, api_root), "api_root": urlsplit(api_root).path}


@defect("connect.loses-callback-query", ask.way_back, breaks=("BC-CONNECT-10",))
def loses_the_query(right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """The callback's own query is thrown away."""
    return str(right(callback.partition("?")[0], parameters))


@defect("connect.planted-parameter-wins", ask.way_back, breaks=("BC-CONNECT-10",))
def keeps_planted_parameters(_right: Right, callback: str, parameters: Mapping[str, str]) -> str:
    """An access_token planted in the callback stays, in front of the real one."""
    parts = urlsplit(callback)
    query = "&".join(filter(None, [parts.query, urlencode(parameters)]))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


@defect("connect.accepts-unknown-scope", ask.checked_scopes, breaks=("BC-CONNECT-11",))
def accepts_any_scope(right: Right, scope: str) -> tuple[str, ...]:
    """Any scope may be asked for."""
    return tuple(filter(None, scope.split(","))) or tuple(right(scope))


@defect("connect.accepts-missing-scope", ask.checked_scopes, breaks=("BC-CONNECT-11",))
def assumes_a_scope(right: Right, scope: str) -> tuple[str, ...]:
    """A missing scope means issue."""
    return tuple(right(scope or "issue"))


@defect("connect.accepts-missing-callback", ask.checked_callback, breaks=("BC-CONNECT-11",))
def assumes_a_callback(right: Right, callback: str) -> str:
    """A missing callback means some page."""
    return str(right(callback or "https://issuer.example/callback"))


@defect("connect.redirects-to-bad-callback", app.page_refusal, breaks=("BC-CONNECT-12",))
def redirects_to_a_bad_callback(
    right: Right, request: web.Request, refusal: Exception
) -> web.Response:
    """A browser is sent to a callback that is no web address."""
    callback = request.query.get("callback", "")
    if not callback or "invalid callback" not in str(refusal):
        refused: web.Response = right(request, refusal)
        return refused
    return web.Response(status=302, headers={"Location": f"{callback}?error=invalid"})


@defect("connect.short-tokens", backpack.new_token, breaks=("BC-CONNECT-15",))
def makes_short_tokens(right: Right) -> str:
    """Tokens have eight characters, which can be guessed in an afternoon."""
    return str(right())[:8]


@defect(
    "connect.scope-forgotten",
    bearer.has_scope,
    breaks=(
        "BC-CONNECT-14",
        "BC-CONNECT-15",
        "BC-AUTH-01",
        "BC-ISSUE-01",
        "BC-ISSUE-02",
        "BC-ISSUE-03",
        "BC-ISSUE-05",
        "BC-ISSUE-17",
        "BC-ISSUE-18",
        "BC-TOKEN-03",
        "BC-TOKEN-10",
        "BC-TOKEN-18",
        "BC-IDENT-01",
    ),
)
def forgets_the_scope_of_the_grant(_right: Right, _grant: Grant, _scope: str) -> bool:
    """A granted scope is not honoured: every token lacks it."""
    return False
