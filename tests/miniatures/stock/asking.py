"""The manifest, the pages of a person, and the endpoints of OAuth."""

import json
import secrets
from html import escape
from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749.errors import OAuth2Error
from tornado.web import RequestHandler

from tests.miniatures.stock.granting import SCOPES, BodyRequest, FormRequest
from tests.miniatures.stock.keeping import Person

if TYPE_CHECKING:
    from tests.miniatures.stock.provider import StockProvider

SESSION, TICKET = "stock_session", "stock_ticket"


class Handler(RequestHandler):
    """What all handlers have: the provider, and answers in JSON or HTML."""

    def initialize(self, of: "StockProvider") -> None:
        self.of = of

    def set_default_headers(self) -> None:
        self.set_header("Server", "stock")
        self.set_header("Cache-Control", "no-store")

    def several(self, is_body: bool) -> dict[str, list[str]]:
        arguments = self.request.body_arguments if is_body else self.request.query_arguments
        return {name: [v.decode("utf-8", "replace") for v in vs] for name, vs in arguments.items()}

    def send(self, status: int, body: Any, headers: Any = ()) -> None:
        self.set_status(status)
        for name, value in headers:
            self.set_header(name, value)
        self.finish(json.dumps(body) if isinstance(body, dict) else body)

    def page(self, title: str, inside: str, status: int = 200) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Content-Security-Policy", "frame-ancestors 'none'")
        self.set_header("Referrer-Policy", "no-referrer")
        self.send(status, f"<!DOCTYPE html><title>{title}</title><h2>{title}</h2>{inside}")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.page("Sorry", f"<p>{status_code}</p>", status_code)


class Missing(Handler):
    def prepare(self) -> None:
        self.send_error(404)


class Manifest(Handler):
    """An older API of the same provider comes first."""

    def get(self) -> None:
        self.set_header("Cache-Control", "max-age=60")
        self.set_header("Content-Type", "application/json")
        self.send(200, self.document())

    def document(self) -> dict[str, Any]:
        root = self.of.root
        old = {**self.entry(), "version": "v1p0", "apiBase": f"{root}/host/v1"}
        url = f"{root}/.well-known/badgeconnect.json"
        return {"id": url, "badgeConnectAPI": [old, self.entry()]}

    def entry(self) -> dict[str, Any]:
        root = self.of.root
        return {
            "name": "Stock",
            "image": "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=",
            "apiBase": f"{root}{self.of.base}",
            "version": "v2p1",
            "termsOfServiceUrl": "https://stock.example/terms",
            "privacyPolicyUrl": "https://stock.example/privacy",
            "scopesOffered": list(SCOPES),
            "registrationUrl": f"{root}/oauth2/clients",
            "authorizationUrl": f"{root}/oauth2/authorize?realm=badges",
            "tokenUrl": f"{root}/oauth2/token",
            "tokenRevocationUrl": f"{root}/oauth2/revocation",
        }


class Personal(Handler):
    """Pages for somebody who is logged in."""

    def person(self) -> Person | None:
        return self.of.keeping.sessions.get(self.get_cookie(SESSION) or "")

    def ticket(self) -> str:
        """A hidden field that only a page of this session has."""
        ticket = self.get_cookie(TICKET) or secrets.token_hex(16)
        self.set_cookie(TICKET, ticket, httponly=True, samesite="Lax")
        return f'<input type=hidden name=ticket value="{ticket}">'

    def is_own(self) -> bool:
        sent = self.get_body_argument("ticket", "")
        return bool(sent) and secrets.compare_digest(sent, self.get_cookie(TICKET) or "-")

    def to_login(self) -> None:
        self.set_cookie("stock_then", self.request.uri.encode().hex(), httponly=True)
        self.redirect("/my/session")


class Enter(Personal):
    def get(self) -> None:
        fields = "Mail <input type=email name=email> Password <input type=password name=password>"
        self.page(
            "Sign in", f"<form method=post>{self.ticket()}{fields}<button>Sign in</button></form>"
        )

    def post(self) -> None:
        sent = (self.get_body_argument("email", ""), self.get_body_argument("password", ""))
        person = self.of.keeping.enter(*sent) if self.is_own() else None
        if person is None:
            self.send_error(403)
            return
        name = secrets.token_urlsafe(24)
        self.of.keeping.sessions[name] = person
        self.set_cookie(SESSION, name, httponly=True, samesite="Lax")
        then = bytes.fromhex(self.get_cookie("stock_then") or "").decode() or "/my/apps"
        self.redirect(then, status=303)


class Authorize(Personal):
    def get(self) -> None:
        request = FormRequest("GET", self.several(is_body=False), self.request.headers)
        try:
            grant = self.of.granting.get_consent_grant(request, self.person())
        except OAuth2Error as error:
            self.told(error)
            return
        except ValueError:  # of Authlib, whose errors must not quote what is no ASCII
            self.send_error(400)
            return
        if self.person() is None:
            self.to_login()
            return
        client = grant.request.client
        wanted = client.get_allowed_scope(grant.request.payload.scope).split()
        listed = "".join(f"<li>{escape(name)}" for name in wanted)
        name, uri = (self.shown(client.metadata[key]) for key in ("client_name", "client_uri"))
        buttons = "".join(
            f"<button name=answer value={value}>{label}</button>"
            for value, label in (("no", "Cancel"), ("yes", "Authorize"))
        )
        form = (
            f'<form method=post action="{escape(self.request.uri)}">{self.ticket()}{buttons}</form>'
        )
        self.page("Authorize", f"<p>{name} at {uri} would like to: <ul>{listed}</ul>{form}")

    def shown(self, text: str) -> str:
        return escape(text)

    def post(self) -> None:
        person = self.person()
        if person is None or not self.is_own():
            self.send_error(403)
            return
        is_granted = self.get_body_argument("answer", "no") == "yes"
        request = FormRequest("POST", self.several(is_body=False), self.request.headers)
        try:
            grant = self.of.granting.get_consent_grant(request, person)
        except OAuth2Error as error:
            self.told(error)
            return
        answer = self.of.granting.create_authorization_response(
            request, grant_user=person if is_granted else None, grant=grant
        )
        self.send(*answer)

    def told(self, error: OAuth2Error) -> None:
        if error.redirect_uri:
            self.send(*error())
        else:
            self.page("This request is wrong", f"<p>{escape(error.error)}", 400)


class Permissions(Personal):
    def get(self) -> None:
        person = self.person()
        if person is None:
            self.to_login()
            return
        items = ""
        for client in {
            token.client.client_id: token.client for token in self.mine(person)
        }.values():
            name, uri = (self.shown(client.metadata[key]) for key in ("client_name", "client_uri"))
            field = f'<input type=hidden name=client value="{client.client_id}">'
            items += (
                f"<li>{name} ({uri}) <form method=post>{self.ticket()}{field}"
                "<button>Remove access</button></form>"
            )
        self.page("Apps", f"<ul>{items}</ul>")

    def shown(self, text: str) -> str:
        return escape(text)

    def mine(self, person: Person) -> list[Any]:
        return list(self.of.keeping.of(person))

    def post(self) -> None:
        person = self.person()
        if person is None or not self.is_own():
            self.send_error(403)
            return
        for token in self.ended(person, self.get_body_argument("client", "")):
            token.end()
        self.redirect("/my/apps", status=303)

    def ended(self, person: Person, client: str) -> list[Any]:
        return list(self.of.keeping.of(person, client))


class Register(Handler):
    def post(self) -> None:
        try:
            sent = json.loads(self.request.body)
        except (ValueError, RecursionError):
            sent = None
        self.send(
            *self.of.granting.create_endpoint_response("client_registration", BodyRequest(sent))
        )


class TokenEndpoint(Handler):
    def post(self) -> None:
        request = FormRequest("POST", self.several(is_body=True), self.request.headers)
        self.send(*self.of.granting.create_token_response(request))


class Revoke(Handler):
    def post(self) -> None:
        request = FormRequest("POST", self.several(is_body=True), self.request.headers)
        self.send(*self.of.granting.create_endpoint_response("revocation", request))
