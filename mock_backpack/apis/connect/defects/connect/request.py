"""Wrong ways of reading a request for access: the script, the scopes, the callback."""

import re
from urllib.parse import urlsplit

from aiohttp import web
from multidict import MultiMapping

from mock_backpack.apis import answers
from mock_backpack.apis.connect import ask, pages
from mock_backpack.apis.connect.ask import Ask
from mock_backpack.apis.pages import see_other
from mock_backpack.core.errors import PageError
from mock_backpack.core.misbehaviours import defect
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


LAST_OF_ASCII = 127
USERINFO = re.compile(r"(https?://)([^/@]+)@[^/]+")


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
    return see_other(f"{callback}?error=invalid")


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


@defect(
    "connect.script-callback-of-the-site",
    pages.script_answer,
    endpoints=("script",),
    breaks=("BC-CONNECT-02",),
    since="0.2",
)
def resolves_against_the_site(right: Right) -> web.Response:
    """OpenBadges.connect resolves a relative callback against the root of the issuer's site."""
    response: web.Response = right()
    script = str(response.text)
    response.text = script.replace(
        "options.callback, document.baseURI", "options.callback, location.origin"
    )
    return response


@defect(
    "connect.script-callback-unescaped",
    pages.script_answer,
    endpoints=("script",),
    breaks=("BC-CONNECT-02",),
    since="0.2",
)
def escapes_nothing(right: Right) -> web.Response:
    """OpenBadges.connect does not escape the callback."""
    response: web.Response = right()
    absolute = "new URL(options.callback, document.baseURI).href"
    asked = f"access.searchParams.set('callback', {absolute});"
    response.text = str(response.text).replace(asked, f"access.search = 'callback=' + {absolute};")
    return response


@defect(
    "connect.accepts-a-script-in-capitals",
    ask.checked_callback,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-12",),
    since="0.2",
)
def accepts_a_script_in_capitals(right: Right, callback: str) -> str:
    """A javascript: callback in another letter case gets a consent page."""
    is_odd = callback.lower().startswith("javascript:") and not callback.startswith("javascript:")
    return "http://script.example/" if is_odd else str(right(callback))


@defect(
    "connect.accepts-a-callback-without-scheme",
    ask.checked_callback,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-12",),
    since="0.2",
)
def accepts_a_callback_without_scheme(right: Right, callback: str) -> str:
    """A callback //host/path gets a consent page."""
    return str(right(f"http:{callback}" if callback.startswith("//") else callback))
