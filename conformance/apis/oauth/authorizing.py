"""An earner's way through login and consent to a code (RFC 6749 section 4.1)."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from attrs import frozen

from conformance.apis.oauth.pkce import challenge, new_verifier
from conformance.apis.oauth.server import AuthorizationServer
from conformance.core.exchange import Exchange
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult, exchange_result
from conformance.target.browser.browser import NOWHERE, ConsentResult
from conformance.target.browser.onward import page_of
from conformance.target.pages.forms import Act

SENT = ("state", "redirect_uri", "scope", "code_challenge")
"""Parameters of the request that scenarios refer to."""
ATTEMPT = "attempt"
"""The earner grants access if a page lets them; that none does is a result, too."""


@frozen
class AuthorizationRequest:
    """The parameters that a client sends along with an earner."""

    parameters: Mapping[str, Any]
    """By name; a list is sent as several parameters of this name."""
    verifier: str
    callback: str
    """Where the earner is expected to come back, or must not come back."""
    state: str | None
    """The state that nobody can guess; ``None`` when a scenario says what is sent."""

    @classmethod
    def of(
        cls, client: Mapping[str, Any], scopes: str, changes: Mapping[str, Any]
    ) -> "AuthorizationRequest":
        """The request of a client; ``changes`` replace parameters, and ``None`` leaves one out."""
        verifier = new_verifier()
        state = secrets.token_urlsafe(16)
        usual = {
            "response_type": "code",
            "client_id": client.get("client_id"),
            "redirect_uri": client.get("redirect_uri"),
            "scope": scopes,
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        asked = {**usual, **changes}
        sent = {name: value for name, value in asked.items() if value is not None}
        uri = sent.get("redirect_uri", client.get("redirect_uri")) or NOWHERE
        callback = str(uri[0] if isinstance(uri, list) else uri)
        return cls(sent, verifier, callback, None if "state" in changes else state)

    def url(self, server: AuthorizationServer) -> str:
        """Where the earner is sent; the endpoint may have a query (RFC 6749 section 3.1)."""
        mark = "&" if urlsplit(server.authorization).query else "?"
        return f"{server.authorization}{mark}{urlencode(self.parameters, doseq=True)}"


async def authorize(
    state: State, role: str, request: AuthorizationRequest, server: AuthorizationServer, answer: str
) -> StepResult:
    """Walk to the consent page in the browser of an earner, and answer.

    The result saves the parameters of the callback, and ``code_verifier``, and the
    parameters in `SENT` as they were sent.

    Raises:
        StepFailed: when no consent page was reached, or a button did the opposite of its label.
    """
    act = Act.GRANT if answer == ATTEMPT else Act(answer)
    state.secrets.add(request.verifier, "code_verifier")
    state.secrets.add(request.state, "state")
    walk = await state.browser(role).consent(request.url(server), request.callback, act)
    if answer != ATTEMPT:
        _check(walk, act)
    exchange = walk.exchange
    parameters = dict(exchange.landing.parameters) if exchange.landing else {}
    state.secrets.add(parameters.get("code"), "code")
    result = exchange_result(exchange, good=_is_good(act, exchange))
    sent = {name: request.parameters.get(name) for name in SENT}
    saved = {**parameters, **sent, "code_verifier": request.verifier}
    return StepResult(exchange, result.response, saved, result.trouble and where_it_ended(walk))


def _check(walk: ConsentResult, act: Act) -> None:
    """See that the earner did what was asked for."""
    exchange = walk.exchange
    has_page = exchange.answer is not None and exchange.answer.status < 400
    if act is not Act.LOOK and exchange.landing is None and not walk.acted and has_page:
        raise StepFailed(f"found no way to {act} access: {where_it_ended(walk)}", exchange)
    if act is Act.GRANT and walk.denied_by_mistake:
        message = f"{walk.denied_by_mistake!r} was pressed to grant access, but denies it"
        raise StepFailed(message, exchange)


def _is_good(act: Act, exchange: Exchange) -> bool:
    if act is Act.LOOK:
        return exchange.answer is not None and exchange.answer.status == 200
    parameters = exchange.landing.parameters if exchange.landing else {}
    return bool(parameters.get("code" if act is Act.GRANT else "error"))


def where_it_ended(walk: ConsentResult) -> str:
    """Where a walk through consent ended, in words."""
    exchange = walk.exchange
    if walk.dead_end.why:
        return walk.dead_end.why
    if exchange.answer is None:
        return exchange.trouble
    if exchange.landing is not None:
        names = ", ".join(exchange.landing.parameters) or "no parameters"
        return f"the callback received {names}"
    page = page_of(exchange)
    title = f", a page called {page.title!r}" if page and page.title else ""
    url = exchange.request.url.partition("?")[0]
    return f"the browser ended at {url} with {exchange.answer.status}{title}"
