"""Backpack Connect as a value: its routes, its handlers, its defects."""

from attrs import frozen

from mock_backpack.apis.api import ANY, Api, GrantOrder, Route, Routes
from mock_backpack.apis.connect.bearer import recognise
from mock_backpack.apis.connect.handlers import Handlers
from mock_backpack.apis.connect.issuing.dialog import PAGE, Dialog
from mock_backpack.apis.connect.issuing.offer import Offers
from mock_backpack.apis.connect.pages import Pages
from mock_backpack.apis.pages import EarnerPages
from mock_backpack.core.backpack import SCOPES, Grant
from mock_backpack.core.sandbox import Sandbox


@frozen
class Connect:
    """The handlers of one sandbox."""

    api: Handlers
    pages: Pages
    dialog: Dialog


def handlers_of(sandbox: Sandbox) -> Connect:
    """The handlers of a sandbox."""
    backpack, shared = sandbox.backpack, EarnerPages(sandbox.sessions, sandbox.base)
    offers = Offers(sandbox.randomness)
    return Connect(
        Handlers(backpack, sandbox.judge),
        Pages(backpack, sandbox.clients, shared, sandbox.consent),
        Dialog(backpack, sandbox.judge, offers, shared, sandbox.consent),
    )


def granted(sandbox: Sandbox, order: GrantOrder) -> tuple[Grant, dict[str, str]]:
    """A grant, and the parameters of its callback."""
    backpack = sandbox.backpack
    scopes = SCOPES if order.scopes is None else order.scopes
    grant = backpack.grant(order.earner, order.origin, scopes)
    return grant, {
        "access_token": grant.tokens.access,
        "refresh_token": grant.tokens.refresh,
        "expires": str(backpack.expires),
        "api_root": sandbox.api_root(order.root),
    }


PREFLIGHT = Route("preflight", lambda connect, request: connect.api.preflight(request))
ROUTES: Routes = {
    "/api/issue": {
        "OPTIONS": PREFLIGHT,
        ANY: Route("issue", lambda connect, request: connect.api.issue(request)),
    },
    "/api/token": {
        "OPTIONS": PREFLIGHT,
        ANY: Route("token", lambda connect, request: connect.api.token(request)),
    },
    "/api/identity": {
        "OPTIONS": PREFLIGHT,
        ANY: Route("identity", lambda connect, request: connect.api.identity(request)),
    },
    "/": {"GET": Route("index", lambda connect, request: connect.pages.index(request))},
    "/issuer.js": {"GET": Route("script", lambda connect, request: connect.pages.script(request))},
    "/dialog.js": {
        "GET": Route("dialog-script", lambda connect, request: connect.dialog.script(request))
    },
    "/style.css": {"GET": Route("style", lambda connect, request: connect.pages.style(request))},
    "/access": {"GET": Route("access", lambda connect, request: connect.pages.access(request))},
    "/accept": {"POST": Route("accept", lambda connect, request: connect.pages.accept(request))},
    "/issuer/offer": {
        "POST": Route("offer", lambda connect, request: connect.dialog.offer(request))
    },
    "/issuer/note": {"POST": Route("note", lambda connect, request: connect.dialog.note(request))},
    PAGE: {"GET": Route("dialog", lambda connect, request: connect.dialog.dialog(request))},
    "/issuer/answer": {
        "POST": Route("answer", lambda connect, request: connect.dialog.answer(request))
    },
    "/login": {
        "GET": Route("login", lambda connect, request: connect.pages.login_form(request)),
        "POST": Route("login", lambda connect, request: connect.pages.login(request)),
    },
    "/logout": {"POST": Route("logout", lambda connect, request: connect.pages.logout(request))},
    "/settings": {
        "GET": Route("settings", lambda connect, request: connect.pages.settings(request))
    },
    "/settings/revoke-origin": {
        "POST": Route("revoke", lambda connect, request: connect.pages.revoke(request))
    },
    "/settings/revoke-client": {
        "POST": Route("revoke", lambda connect, request: connect.pages.revoke_client(request))
    },
    "/badges": {"GET": Route("badges", lambda connect, request: connect.pages.badges(request))},
}

CONNECT = Api(
    name="connect",
    routes=ROUTES,
    endpoints=(
        *("script", "access", "accept", "login", "settings", "revoke", "badges"),
        *("offer", "dialog", "dialog-script", "answer"),
        *("issue", "token", "identity", "preflight"),
    ),
    handlers=handlers_of,
    grant=granted,
    recognise=recognise,
    defects=("mock_backpack.apis.connect.defects", "mock_backpack.apis.defects"),
    requirements=(
        *("BC-CLIENT-01", "BC-CLIENT-02", "BC-CLIENT-03", "BC-CLIENT-04", "BC-CLIENT-06"),
        *("BC-CLIENT-07", "BC-CLIENT-09", "BC-CLIENT-11", "BC-CLIENT-15"),
    ),
    lost=dict.fromkeys(("issue", "token", "identity"), "BC-CLIENT-02"),
)
