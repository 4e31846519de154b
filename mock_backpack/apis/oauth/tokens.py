"""The token endpoint and revocation (RFC 6749 sections 4.1.3, 5, 6; RFC 7009; RFC 7636)."""

import base64
import hashlib
import hmac
import re

from aiohttp import web
from attrs import frozen

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.oauth.credentials import authenticated, read_fields
from mock_backpack.apis.oauth.errors import NO_STORE, oauth_error
from mock_backpack.apis.oauth.server import OFFLINE, Offer, scopes_of
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.clients import Client, Clients, Code
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.origin import origin_of
from mock_backpack.core.seams import seam

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
"""RFC 7636 section 4.1."""


@frozen
class TokenEndpoint:
    """The token and revocation endpoints of one Backpack."""

    backpack: Backpack
    clients: Clients
    offer: Offer

    async def token(self, request: web.Request) -> web.Response:
        """``POST /oauth/token``: trade a code or a refresh token for tokens.

        Raises:
            ApiError: with an error of RFC 6749 section 5.2.
        """
        form = read_fields(request)
        client = self._client(request, form)
        match form.get("grant_type"):
            case "authorization_code":
                grant = self._exchanged(form, client)
            case "refresh_token":
                grant = self._refreshed(form, client)
            case None | "":
                raise oauth_error("invalid_request", "grant_type: expected a value")
            case other:
                return other_grant_type(other, client, self.backpack)
        exchange_of(request).made_under(grant)
        body = token_body(self.offer.refreshing(grant), self.backpack.expires)
        is_renewed = grant.tokens.generation > 0
        return json_answer(renewed(body) if is_renewed else body, token_headers())

    def _client(self, request: web.Request, form: dict[str, str]) -> Client:
        try:
            return authenticated(request, self.clients, form)
        except ApiError as refusal:
            raise self.offer.named(refusal) from refusal

    def _exchanged(self, form: dict[str, str], client: Client) -> Grant:
        code = self.clients.find_code(required(form, "code"))
        if code is None or not is_own_code(code, client):
            raise invalid_grant("code: expected one that this client was given")
        if code.grant is not None:
            end_first(self.backpack, code)
            raise invalid_grant("code: expected one that was not used")
        if is_too_old(self.clients, code):
            raise invalid_grant("code: expected one that has not expired")
        if not is_same_redirect(code, form.get("redirect_uri")):
            expected = "the one of the authorization request"
            raise invalid_grant(f"redirect_uri: expected {expected}")
        if not is_verified(code, form.get("code_verifier")):
            expected = "the one that code_challenge was made of"
            raise invalid_grant(f"code_verifier: expected {expected}")
        scopes = scopes_of(form.get("scope", "")) or code.scopes
        if not set(scopes) <= set(code.scopes):
            raise oauth_error("invalid_scope", "scope: expected what the earner has granted")
        origin = origin_of(code.redirect_uri)
        grant = self.backpack.grant(code.earner, origin, scopes, client.id)
        self.clients.use(code, grant.number)
        return grant

    def _refreshed(self, form: dict[str, str], client: Client) -> Grant:
        token = required(form, "refresh_token")
        grant = refreshable(self.backpack, token)
        may_refresh = grant is not None and OFFLINE in self.offer.refreshing(grant).scopes
        if grant is None or not may_refresh or not is_own_refresh(grant, client):
            if grant is None:
                self.backpack.end_family(token, client.id)
            expected = "a living one of this client"
            raise invalid_grant(f"refresh_token: expected {expected}")
        scopes = scopes_of(form.get("scope", ""))
        narrower = renewed_scopes(scopes, grant.scopes) or unasked_scopes(grant, client)
        return self.backpack.refresh(grant, narrower)

    async def revoke(self, request: web.Request) -> web.Response:
        """``POST /oauth/revoke``: a client gives up a token (RFC 7009).

        An unknown token is as good as revoked: 200.

        Raises:
            ApiError: with an error of RFC 7009 section 2.2.1.
        """
        form = read_fields(request)
        client = self._client(request, form)
        token = required(form, "token")
        by_refresh = self.backpack.grant_by_refresh(token)
        grant = by_refresh or self.backpack.grant_by_access(token)
        if grant is None:
            return unknown_token_answer()
        if not is_own_token(grant, client):
            raise oauth_error("unauthorized_client", "token: expected one of this client")
        if by_refresh is not None:
            end_refresh(self.backpack, grant)
        else:
            end_access(self.backpack, grant)
        return revoked_answer()


def required(form: dict[str, str], name: str) -> str:
    """A parameter that must be there.

    Raises:
        ApiError: 400 ``invalid_request`` when it is not.
    """
    value = form.get(name, "")
    if not value:
        raise oauth_error("invalid_request", f"{name}: expected a value")
    return value


@seam
def is_own_code(code: Code, client: Client) -> bool:
    """Whether a code was given to this client."""
    return code.client == client.id


@seam
def end_first(backpack: Backpack, code: Code) -> None:
    """A code that comes again may be stolen: its tokens die (RFC 6749 section 4.1.2)."""
    grant = backpack.find_grant(code.grant or 0)
    if grant is not None:
        backpack.end(grant)


@seam
def is_too_old(clients: Clients, code: Code) -> bool:
    """Whether the time of a code is over."""
    return clients.is_over(code)


@seam
def is_same_redirect(code: Code, redirect_uri: str | None) -> bool:
    """Whether the exchange names the redirect URI of the request (RFC 6749 section 4.1.3)."""
    return redirect_uri == code.redirect_uri


@seam
def is_verified(code: Code, verifier: str | None) -> bool:
    """Whether a verifier belongs to the challenge of a code (RFC 7636 section 4.6)."""
    if verifier is None or not VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(made, code.challenge)


@seam
def refreshable(backpack: Backpack, token: str) -> Grant | None:
    """The grant of a refresh token, compared exactly."""
    return backpack.grant_by_refresh(token)


@seam
def is_own_refresh(grant: Grant, client: Client) -> bool:
    """Whether a refresh token is of this client."""
    return grant.client == client.id


@seam
def is_own_token(grant: Grant, client: Client) -> bool:
    """Whether a token that is to be revoked is of this client (RFC 7009 section 2.1)."""
    return grant.client == client.id


@seam
def renewed_scopes(scopes: tuple[str, ...], granted: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes of a renewed access token, when they are fewer than the grant's.

    Raises:
        ApiError: 400 ``invalid_scope`` for one that the earner has not granted (RFC 6749, 6).
    """
    asked, had = set(scopes), set(granted)
    if not asked <= had:
        raise oauth_error("invalid_scope", "scope: expected what the earner has granted")
    return scopes if asked != had else ()


@seam
def unasked_scopes(_grant: Grant, _client: Client) -> tuple[str, ...]:
    """The scopes of a renewed access token where they are not the grant's: none."""
    return ()


@seam
def renewed(body: dict[str, object]) -> dict[str, object]:
    """The members of the answer to a refresh."""
    return body


@seam
def invalid_grant(description: str) -> ApiError:
    """The refusal of a code or a refresh token."""
    return oauth_error("invalid_grant", description)


@seam
def other_grant_type(_grant_type: str, _client: Client, _backpack: Backpack) -> web.Response:
    """What becomes of grant types that nobody offers.

    Raises:
        ApiError: 400 ``unsupported_grant_type``.
    """
    expected = "authorization_code or refresh_token"
    raise oauth_error("unsupported_grant_type", f"grant_type: expected {expected}")


@seam
def unknown_token_answer() -> web.Response:
    """The answer to the revocation of a token that nobody knows."""
    return web.Response(status=200, headers=NO_STORE)


@seam
def revoked_answer() -> web.Response:
    """The answer to the revocation of a token."""
    return web.Response(status=200, headers=NO_STORE)


@seam
def end_refresh(backpack: Backpack, grant: Grant) -> None:
    """A client gives up its refresh token, and with it the whole grant."""
    backpack.end(grant)


@seam
def end_access(backpack: Backpack, grant: Grant) -> None:
    """A client gives up an access token."""
    backpack.end_access(grant)


def token_answer(grant: Grant, expires: int) -> web.Response:
    """The good answer (RFC 6749 section 5.1)."""
    return json_answer(token_body(grant, expires), token_headers())


@seam
def token_body(grant: Grant, expires: int) -> dict[str, object]:
    """Its members; a refresh token only for those who asked for it."""
    body: dict[str, object] = {
        "access_token": grant.tokens.access,
        "token_type": "Bearer",
        "expires_in": expires,
        "scope": " ".join(grant.access_scopes),
    }
    return {**body, "refresh_token": grant.tokens.refresh} if OFFLINE in grant.scopes else body


@seam
def token_headers() -> dict[str, str]:
    """Nobody may store it."""
    return NO_STORE
