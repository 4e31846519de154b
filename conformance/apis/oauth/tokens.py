"""Requests to the token endpoint and to the revocation endpoint (RFC 6749, RFC 7009)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from conformance.apis.oauth.clients import basic, fully_encoded, learn_client
from conformance.apis.oauth.server import AuthorizationServer
from conformance.apis.verbs.contents import content
from conformance.engine.state import State
from conformance.engine.step_result import StepResult, exchange_result

REFRESH = "refresh_token"
"""The grant type of a refresh."""


async def send_form(
    state: State, url: str, form: Mapping[str, Any], client: Any, more: Mapping[str, Any]
) -> StepResult:
    """Post a form; ``client`` authenticates by HTTP Basic unless it is ``None``.

    ``more`` may have ``form``, whose members replace those of the form or leave them out by
    ``None``; ``query``, ``headers`` and ``method``; and ``percent_encoded``, for credentials of
    which every character is encoded.
    """
    changed = {**form, **more.get("form", {})}
    sent = {name: value for name, value in changed.items() if value is not None}
    headers, body = content({"form": sent, "headers": more.get("headers", {})})
    if isinstance(client, Mapping):
        learn_client(state, client)
        encode = fully_encoded if more.get("percent_encoded") else quote_plus
        credentials = basic(client, encode)
        state.secrets.add(credentials, "client credentials")
        headers += [("Authorization", f"Basic {credentials}")] if credentials else []
    headers += [(name, str(value)) for name, value in more.get("headers", {}).items()]
    if "query" in more:
        url = f"{url}{'&' if '?' in url else '?'}{urlencode(more['query'], doseq=True)}"
    return exchange_result(await state.wire.send(more.get("method", "POST"), url, headers, body))


async def token(
    state: State,
    server: AuthorizationServer,
    form: Mapping[str, Any],
    client: Any,
    more: Mapping[str, Any],
) -> StepResult:
    """Ask for tokens, and remember those that come; a member that is null is none."""
    is_refresh = form.get("grant_type") == REFRESH
    url = server.refresh if is_refresh and server.refresh else server.token
    result = await send_form(state, url, form, client, more)
    state.learn_tokens(result.saved, server.resources)
    given = {name: value for name, value in result.saved.items() if value is not None}
    return StepResult(result.exchange, result.response, {**given, "client": client}, result.trouble)


def exchange_form(authorization: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request that trades a code for tokens (RFC 6749 4.1.3, RFC 7636 4.5)."""
    return {
        "grant_type": "authorization_code",
        **{name: authorization.get(name) for name in ("code", "redirect_uri", "scope")},
        "code_verifier": authorization.get("code_verifier"),
    }


def refresh_form(refresh_token: Any) -> dict[str, Any]:
    """The fields of a request for a new access token (RFC 6749 section 6)."""
    return {"grant_type": REFRESH, "refresh_token": refresh_token}
