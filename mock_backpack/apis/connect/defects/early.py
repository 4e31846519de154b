"""Pages that hold a token before the earner has granted anything."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from weakref import WeakKeyDictionary

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

_made: WeakKeyDictionary[Backpack, dict[tuple[str, str], Grant]] = WeakKeyDictionary()
"""The grants that were made for a page, by earner and origin."""


def _made_early(
    right: Right,
    request: web.Request,
    response: web.StreamResponse,
    show: Callable[[web.Response, Grant], None],
) -> web.StreamResponse:
    """Make a grant when the access page is shown, and give that one when the earner accepts."""
    answer: web.StreamResponse = right(request, response)
    exchange = exchange_of(request)
    box = exchange.sandbox
    earner, origin = box.sessions.of(request).earner, exchange.origin
    if not earner or not origin or not isinstance(answer, web.Response):
        return answer
    made = _made.setdefault(box.backpack, {})
    if request.path.endswith("/access") and answer.status == 200:
        grant = box.backpack.grant(earner, origin, ("issue",))
        made[earner, origin] = grant
        show(answer, grant)
    elif request.path.endswith("/accept") and (early := made.pop((earner, origin), None)):
        _give(answer, early)
    return answer


def _give(answer: web.Response, early: Grant) -> None:
    parts = urlsplit(answer.headers["Location"])
    tokens = {"access_token": early.tokens.access, "refresh_token": early.tokens.refresh}
    query = [
        (name, tokens.get(name, value))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    answer.headers["Location"] = urlunsplit(parts._replace(query=urlencode(query)))


def _into(answer: web.Response, markup: str) -> None:
    answer.text = str(answer.text).replace("</body>", f"{markup}</body>")


@defect(
    "early.hidden-field",
    answers.answered,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-03",),
    since="0.2",
)
def hides_it_in_a_field(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A hidden field of the consent page contains the access token that accepting would issue."""

    def show(answer: web.Response, grant: Grant) -> None:
        _into(answer, f'<input type="hidden" name="t" value="{grant.tokens.access}">')

    return _made_early(right, request, response, show)


@defect(
    "early.comment",
    answers.answered,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-03",),
    since="0.2",
)
def hides_it_in_a_comment(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A comment in the consent page contains the refresh token that accepting would issue."""

    def show(answer: web.Response, grant: Grant) -> None:
        _into(answer, f"<!-- {grant.tokens.refresh} -->")

    return _made_early(right, request, response, show)


@defect(
    "early.header",
    answers.answered,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-03",),
    since="0.2",
)
def tells_it_in_a_header(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A header of the consent page contains the access token that accepting would issue."""

    def show(answer: web.Response, grant: Grant) -> None:
        answer.headers["X-Access-Token"] = grant.tokens.access

    return _made_early(right, request, response, show)


@defect(
    "early.cookie",
    answers.answered,
    endpoints=("access", "accept"),
    breaks=("BC-CONNECT-03",),
    since="0.2",
)
def tells_it_in_a_cookie(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A cookie of the consent page contains the access token that accepting would issue."""

    def show(answer: web.Response, grant: Grant) -> None:
        answer.set_cookie("grant", grant.tokens.access, httponly=True, samesite="Lax")

    return _made_early(right, request, response, show)


@defect(
    "early.other-token-in-a-field",
    answers.answered,
    endpoints=("access",),
    breaks=("BC-CONNECT-03",),
    since="0.2",
)
def hides_another_in_a_field(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A hidden field of the consent page contains an access token that works at once."""
    answer: web.StreamResponse = right(request, response)
    exchange = exchange_of(request)
    box = exchange.sandbox
    earner, is_page = box.sessions.of(request).earner, request.path.endswith("/access")
    if earner and exchange.origin and is_page and isinstance(answer, web.Response):
        grant = box.backpack.grant(earner, exchange.origin, ("issue",))
        _into(answer, f'<input type="hidden" name="key" value="{grant.tokens.access}">')
    return answer
