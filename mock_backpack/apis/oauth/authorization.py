"""The authorization endpoint: a client's request, the earner's consent, a code (RFC 6749, 4.1)."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web
from attrs import frozen
from multidict import MultiMapping

from mock_backpack.apis.oauth.server import Offer, scopes_of
from mock_backpack.apis.pages import EarnerPages, form_of, see_other
from mock_backpack.core.backpack import Backpack
from mock_backpack.core.clients import Client, Clients
from mock_backpack.core.consent import Consent
from mock_backpack.core.errors import PageError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.origin import origin_of, web_url
from mock_backpack.core.seams import seam
from mock_backpack.core.sessions import check_csrf

PARAMETERS = (
    *("response_type", "client_id", "redirect_uri", "scope", "state"),
    *("code_challenge", "code_challenge_method"),
)
METHOD = "S256"
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
"""Base64url of a SHA-256 (RFC 7636 section 4.2)."""
LONGEST_STATE = 4_000


@frozen
class AuthorizationRequest:
    """A right request of a client."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str

    def fields(self) -> dict[str, str]:
        """Its parameters, for the form of the consent page."""
        values = ("code", self.client.id, self.redirect_uri, " ".join(self.scopes), self.state)
        return dict(zip(PARAMETERS, (*values, self.challenge, METHOD), strict=True))


@frozen
class Refusal(Exception):
    """An error that is reported to the client at its redirect URI (RFC 6749 section 4.1.2.1)."""

    redirect_uri: str
    error: str
    description: str
    state: str

    def parameters(self) -> dict[str, str]:
        """The parameters of the redirect."""
        parameters = {"error": self.error, "error_description": self.description}
        return {**parameters, "state": self.state} if self.state else parameters


@frozen
class Authorization:
    """The pages by which earners of one Backpack grant clients access."""

    backpack: Backpack
    clients: Clients
    offer: Offer
    pages: EarnerPages
    consent: Consent

    async def authorize(self, request: web.Request) -> web.Response:
        """``GET /oauth/authorize``: ask the earner, who logs in first if need be."""
        session = self.pages.session(request)
        try:
            asked = read_request(request.query, self.clients, self.offer)
        except Refusal as refusal:
            return error_redirect(refusal)
        earner = self.consent.choice.earner or session.earner
        answer = self.consent.take() if earner else "page"
        if answer == "deny":
            return see_other(called_back(asked.redirect_uri, denied(asked)))
        if answer == "grant" and earner:
            return self._granted(asked, earner, request)
        if session.earner is None:
            again = f"{self.offer.path}/authorize?{request.rel_url.raw_query_string}"
            return self.pages.to_login(session, again)
        if not asks_first(asked):
            return self._granted(asked, session.earner, request)
        return self.pages.page(
            request,
            "authorize.html",
            session,
            client=shown_client(asked),
            about=introduced(asked, self.offer),
            accept=f"{self.offer.path}/accept",
            fields=asked.fields(),
            scopes=asked.scopes,
            deny=called_back(asked.redirect_uri, denied(asked)),
        )

    async def accept(self, request: web.Request) -> web.Response:
        """``POST /oauth/accept``: the earner grants access."""
        sent = form_of(request)
        session = self.pages.session(request)
        if session.earner is None:
            raise PageError(403, "log in first")
        check_csrf(session, sent.get("csrf", ""), "accept")
        fields = {name: sent[name] for name in PARAMETERS if name in sent}
        try:
            asked = read_request(_Single(fields), self.clients, self.offer)
        except Refusal as refusal:
            raise PageError(400, refusal.description) from refusal
        return self._granted(asked, session.earner, request)

    def _granted(
        self, asked: AuthorizationRequest, earner: str, request: web.Request
    ) -> web.Response:
        exchange_of(request).earner = earner
        self.backpack.earner(earner)
        uri = asked.redirect_uri
        code = self.clients.code(asked.client, earner, uri, asked.scopes, asked.challenge)
        return see_other(called_back(uri, granted(code.text, asked)))


class _Single(dict[str, str]):
    """Fields of which each stands once."""

    def getall(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        return [self[name]] if name in self else list(default)


def read_request(
    query: "MultiMapping[str] | _Single", clients: Clients, offer: Offer
) -> AuthorizationRequest:
    """The request of a client.

    Raises:
        PageError: 400 when nobody can be told but the earner.
        Refusal: for every other error.
    """
    client = known_client(query, clients)
    redirect_uri = allowed_redirect(query, client)
    state = query.get("state", "")

    def refuse(error: str, description: str) -> Refusal:
        return Refusal(redirect_uri, error, description, state)

    for name in PARAMETERS:
        if is_repeated(query, name):
            raise refuse("invalid_request", f"{name}: expected once")
    if not is_code(query.get("response_type", "")):
        error = "unsupported_response_type" if query.get("response_type") else "invalid_request"
        raise refuse(error, "response_type: expected code")
    challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method")
    scopes = scopes_of(query.get("scope", ""))
    for is_right, expected in (
        (is_state(state), "state: expected a text"),
        (is_challenge(challenge), "code_challenge: expected 43 characters of base64url"),
        (is_method(method), f"code_challenge_method: expected {METHOD}"),
        (is_scope_there(scopes), "scope: expected scopes"),
    ):
        if not is_right:
            raise refuse("invalid_request", expected)
    if not may_ask_for(client, scopes, offer):
        raise refuse("invalid_scope", "scope: expected scopes that the client has registered")
    return AuthorizationRequest(client, redirect_uri, scopes, state, challenge)


@seam
def known_client(query: "MultiMapping[str] | _Single", clients: Clients) -> Client:
    """The client that asks.

    Raises:
        PageError: 400 when there is none; nobody is sent anywhere (RFC 6749 section 4.1.2.1).
    """
    client = clients.find(query.get("client_id", ""))
    if client is None or is_repeated(query, "client_id"):
        raise PageError(400, "client_id: expected that of a registered client")
    return client


@seam
def error_redirect(refusal: Refusal) -> web.Response:
    """The redirect that reports an error to a client."""
    return see_other(called_back(refusal.redirect_uri, refusal.parameters()))


@seam
def allowed_redirect(query: "MultiMapping[str] | _Single", client: Client) -> str:
    """Where the client wants the earner back.

    Raises:
        PageError: 400 when it has not registered that; nobody is sent there.
    """
    redirect_uri = query.get("redirect_uri", "")
    if is_repeated(query, "redirect_uri") or not is_registered(client, redirect_uri):
        raise PageError(400, "redirect_uri: expected one that the client has registered")
    return redirect_uri


@seam
def is_registered(client: Client, redirect_uri: str) -> bool:
    """Whether a client may be called back there: compared exactly (RFC 9700 section 2.1)."""
    return redirect_uri in client.redirect_uris


@seam
def is_repeated(query: "MultiMapping[str] | _Single", name: str) -> bool:
    """Whether a parameter stands more than once, which none may (RFC 6749 section 3.1)."""
    return len(query.getall(name, ())) > 1


@seam
def is_code(response_type: str) -> bool:
    """Whether a client asks for a code."""
    return response_type == "code"


@seam
def is_state(state: str) -> bool:
    """Whether a state is there, and of a size that fits into a URL."""
    return 0 < len(state) <= LONGEST_STATE


@seam
def is_challenge(challenge: str) -> bool:
    """Whether a code challenge can be one."""
    return CHALLENGE.fullmatch(challenge) is not None


@seam
def is_method(method: str | None) -> bool:
    """Whether the challenge is a hash of the verifier."""
    return method == METHOD


@seam
def is_scope_there(scopes: tuple[str, ...]) -> bool:
    """Whether a client says what it asks for."""
    return bool(scopes)


@seam
def may_ask_for(client: Client, scopes: tuple[str, ...], offer: Offer) -> bool:
    """Whether a client has registered these scopes."""
    return offer.are_known(scopes) and set(scopes) <= set(client.scopes)


@seam
def asks_first(_asked: AuthorizationRequest) -> bool:
    """Whether the earner is asked before anything is granted."""
    return True


@seam
def shown_client(asked: AuthorizationRequest) -> dict[str, str]:
    """How the consent page names a client."""
    return {"name": asked.client.name, "origin": origin_of(asked.redirect_uri)}


def introduced(asked: AuthorizationRequest, offer: Offer) -> dict[str, str]:
    """What the consent page shows of a client beside its name, by member of its registration."""
    urls = {name: asked.client.metadata.get(name) for name in offer.introduces}
    return {name: str(url) for name, url in urls.items() if web_url(url) is not None}


@seam
def granted(code: str, asked: AuthorizationRequest) -> dict[str, str]:
    """The parameters of the redirect when the earner grants access (RFC 6749 section 4.1.2).

    ``scope`` is there because older Moodle pages require it.
    """
    return {"code": code, "scope": " ".join(asked.scopes), "state": asked.state}


@seam
def denied(asked: AuthorizationRequest) -> dict[str, str]:
    """The parameters of the redirect when the earner denies access."""
    return {"error": "access_denied", "state": asked.state}


@seam
def called_back(redirect_uri: str, parameters: Mapping[str, str]) -> str:
    """The redirect URI with parameters; its own query survives (RFC 6749 section 3.1.2)."""
    parts = urlsplit(redirect_uri)
    query = "&".join([*filter(None, [parts.query]), urlencode(parameters)])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
