"""The script and the pages: access, login, settings, the collection."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from attrs import frozen

from mock_backpack.apis.connect.ask import (
    Ask,
    denied_parameters,
    granted_parameters,
    read_ask,
    way_back,
)
from mock_backpack.apis.pages import EarnerPages, form_of, see_other
from mock_backpack.core.assets import asset
from mock_backpack.core.backpack import Backpack
from mock_backpack.core.clients import Client, Clients
from mock_backpack.core.consent import Consent
from mock_backpack.core.emails import checked_email
from mock_backpack.core.errors import PageError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.holdings import OPEN_BADGES_2, OPEN_BADGES_3
from mock_backpack.core.origin import web_url
from mock_backpack.core.seams import seam
from mock_backpack.core.sessions import Sessions, check_csrf, set_cookie

NEWER = (OPEN_BADGES_2, OPEN_BADGES_3)
PAGES_FOR_EARNERS = (
    *("/access", "/issuer/dialog", "/settings", "/badges"),
    *("/oauth/authorize", "/ims/ob/v3p0/oauth/authorize"),  # of the APIs with OAuth
)


@frozen
class Pages:
    """The handlers of one Backpack's pages."""

    backpack: Backpack
    clients: Clients
    shared: EarnerPages
    consent: Consent

    @property
    def prefix(self) -> str:
        """The path below which the Backpack lives as browsers see it, ``""`` at the root."""
        return self.shared.prefix

    @property
    def sessions(self) -> Sessions:
        """Who is logged in."""
        return self.shared.sessions

    async def index(self, request: web.Request) -> web.Response:
        """``GET /``: what this server is, for a person who opens it."""
        return self.shared.page(
            request, "index.html", self.shared.session(request), root=root_of(request)
        )

    async def script(self, _request: web.Request) -> web.Response:
        """``GET /issuer.js``: defines ``connect``, ``issue`` and ``issue_no_modal``."""
        return script_answer()

    async def style(self, _request: web.Request) -> web.Response:
        """``GET /style.css``."""
        return web.Response(text=asset("style.css"), content_type="text/css")

    async def access(self, request: web.Request) -> web.Response:
        """``GET /access``: ask the earner, who logs in first if need be."""
        session = self.shared.session(request)
        ask = read_ask(request.query)
        exchange_of(request).origin = ask.origin
        earner = self.consent.choice.earner or session.earner
        answer = self.consent.take() if earner else "page"
        if answer == "deny":
            return see_other(way_back(ask.callback, denied_parameters()))
        if answer == "grant" and earner:
            return self._grant(ask, earner, request)
        if session.earner is None:
            return self.shared.to_login(session, f"/access?{ask.query()}")
        if not asks_first(ask):
            return self._grant(ask, session.earner, request)
        return self.shared.page(
            request,
            "access.html",
            session,
            ask=ask,
            shown=shown_origin(ask),
            deny=way_back(ask.callback, denied_parameters()),
        )

    async def accept(self, request: web.Request) -> web.Response:
        """``POST /accept``: the earner grants."""
        sent = form_of(request)
        session = self.shared.session(request)
        if session.earner is None:
            raise PageError(403, "log in first")
        check_csrf(session, sent.get("csrf", ""), "accept")
        ask = read_ask(sent)
        exchange_of(request).origin = ask.origin
        return self._grant(ask, session.earner, request)

    def _grant(self, ask: Ask, earner: str, request: web.Request) -> web.Response:
        exchange_of(request).earner = earner
        grant = self.backpack.grant(earner, ask.origin, ask.scopes)
        parameters = granted_parameters(grant, self.backpack.expires, api_root_of(request))
        return see_other(way_back(ask.callback, parameters))

    async def login_form(self, request: web.Request) -> web.Response:
        """``GET /login``: the mock has no passwords, an e-mail is enough."""
        session = self.shared.session(request)
        return self.shared.page(
            request, "login.html", session, then=request.query.get("then", "/badges")
        )

    async def login(self, request: web.Request) -> web.Response:
        """``POST /login``: the earner says who they are and goes on to one of our own pages."""
        sent = form_of(request)
        session = self.shared.session(request)
        check_csrf(session, sent.get("csrf", ""), "login")
        email = sent.get("email", "").strip()
        try:
            checked_email(email)
        except ValueError as error:
            raise PageError(400, "email: expected an e-mail address") from error
        self.backpack.earner(email)
        response = see_other(own_page(self.prefix, sent.get("then", "")))
        set_cookie(response, self.sessions.log_in(session, email), self.sessions)
        return response

    async def logout(self, request: web.Request) -> web.Response:
        """``POST /logout``."""
        session = self.shared.session(request)
        check_csrf(session, (form_of(request)).get("csrf", ""), "logout")
        self.sessions.log_out(session)
        return see_other(f"{self.prefix}/")

    async def settings(self, request: web.Request) -> web.Response:
        """``GET /settings``: the origins that the earner has granted."""
        session = self.shared.session(request)
        if session.earner is None:
            return self.shared.to_login(session, "/settings")
        origins = listed_origins(self.backpack, session.earner)
        found = map(self.clients.find, self.backpack.clients_of(session.earner))
        clients = [(shown_name(client), client) for client in found if client is not None]
        return self.shared.page(request, "settings.html", session, origins=origins, clients=clients)

    async def revoke(self, request: web.Request) -> web.Response:
        """``POST /settings/revoke-origin``: all grants of an origin die at once."""
        sent = form_of(request)
        session = self.shared.session(request)
        if session.earner is None:
            raise PageError(403, "log in first")
        check_csrf(session, sent.get("csrf", ""), "revoke")
        origin = sent.get("origin", "")
        if origin not in self.backpack.origins(session.earner):
            raise PageError(404, "origin: expected one that has access")
        take_back(self.backpack, session.earner, origin)
        return see_other(f"{self.prefix}/settings")

    async def revoke_client(self, request: web.Request) -> web.Response:
        """``POST /settings/revoke-client``: all grants of an OAuth client die at once."""
        sent = form_of(request)
        session = self.shared.session(request)
        if session.earner is None:
            raise PageError(403, "log in first")
        check_csrf(session, sent.get("csrf", ""), "revoke")
        client = sent.get("client", "")
        if client not in self.backpack.clients_of(session.earner):
            raise PageError(404, "client: expected one that has access")
        self.backpack.revoke_client(session.earner, client)
        return see_other(f"{self.prefix}/settings")

    async def badges(self, request: web.Request) -> web.Response:
        """``GET /badges``: the earner's collection."""
        session = self.shared.session(request)
        if session.earner is None:
            return self.shared.to_login(session, "/badges")
        badges = self.backpack.earner(session.earner).badges.values()
        documents = [badge.document for badge in badges if badge.key[0] not in NEWER]
        named = [name_of(badge.document) for badge in badges if badge.key[0] in NEWER]
        return self.shared.page(request, "badges.html", session, badges=documents, named=named)


def name_of(document: Mapping[str, Any]) -> tuple[str, str]:
    """How the collection names a badge of Open Badges 2.0 or 3.0, and its URL if it has one.

    A badge may have any URI as its id, and only one that is harmless to click is a link.
    """
    name = document.get("name")
    url = web_url(document["id"])
    return (name if isinstance(name, str) else str(document["id"])), (
        str(document["id"]) if url is not None else ""
    )


@seam
def listed_origins(backpack: Backpack, earner: str) -> list[str]:
    """The origins that the settings page shows."""
    return backpack.origins(earner)


@seam
def take_back(backpack: Backpack, earner: str, origin: str) -> None:
    """Revoke an origin."""
    backpack.revoke(earner, origin)


@seam
def asks_first(_ask: Ask) -> bool:
    """Whether the earner is asked before anything is granted."""
    return True


@seam
def shown_name(client: Client) -> str:
    """How the page of permissions names a client of OAuth."""
    return client.name


@seam
def shown_origin(ask: Ask) -> str:
    """The origin that the access page names."""
    return ask.origin


@seam
def script_answer() -> web.Response:
    """The answer of issuer.js."""
    return web.Response(
        text=asset("issuer.js"),
        content_type="text/javascript",
        headers={"X-Content-Type-Options": "nosniff"},
    )


@seam
def api_root_of(request: web.Request) -> str:
    """The ``api_root`` that issuers receive."""
    sandbox = exchange_of(request).sandbox
    return sandbox.api_root(sandbox.root_for(request))


def root_of(request: web.Request) -> str:
    """The address at which the client reached this Backpack, without a trailing slash."""
    sandbox = exchange_of(request).sandbox
    return f"{sandbox.root_for(request)}{sandbox.prefix}"


@seam
def own_page(prefix: str, then: str) -> str:
    """The page to open after login: always a page of this Backpack."""
    path, _, query = then.partition("?")
    if path not in PAGES_FOR_EARNERS:
        return f"{prefix}/badges"
    again = urlencode(parse_qsl(query, keep_blank_values=True))
    return f"{prefix}{path}?{again}" if again else prefix + path
