"""How the parameters of a callback are encoded, and whether tokens leaked before the grant."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, TypeAlias
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit

from conformance.core.exchange import Exchange
from conformance.target.pages.forms import Control

TOKENS = ("access_token", "refresh_token")
SHORTEST = 8
"""Minimum length of a token that can be distinguished from other texts."""

Spelling: TypeAlias = Mapping[str, str]
"""From the name of a parameter to its value, decoded in one way."""


def other_spellings(url: str) -> Iterator[Spelling]:
    """The parameters of a URL, decoded as if a Backpack had encoded them wrongly.

    That is: encoded twice, not at all, or except for plus signs. Parameters that do not differ from
    the correct decoding are omitted.
    """
    written = {
        unquote_plus(name): value
        for name, _, value in (pair.partition("=") for pair in urlsplit(url).query.split("&"))
    }
    right = {name: unquote_plus(value) for name, value in written.items()}
    for read in (_twice, unquote, str):
        other = {name: read(written[name]) for name in (*TOKENS, "api_root") if name in written}
        if differing := {name: value for name, value in other.items() if value != right[name]}:
            yield differing


def _twice(written: str) -> str:
    return unquote_plus(unquote_plus(written))


def early_tokens(
    walk: Iterable[Exchange], pressed: Control | None, parameters: Mapping[str, Any]
) -> list[str]:
    """The names of the tokens that a response contained before the earner granted access.

    ``walk`` contains the exchanges of the browser, ``pressed`` the control that granted, and
    ``parameters`` those of the callback.
    """
    texts = [_text(exchange) for exchange in _before(list(walk), pressed, parameters)]
    tokens = {name: parameters.get(name) for name in TOKENS}
    return [
        name
        for name, token in tokens.items()
        if isinstance(token, str)
        and len(token) >= SHORTEST
        and any(form in text for text in texts for form in _forms(token))
    ]


def _before(
    walk: list[Exchange], pressed: Control | None, parameters: Mapping[str, Any]
) -> list[Exchange]:
    """The exchanges before the grant; none if the exchange that granted is unknown."""
    if pressed is None:
        return []
    presses = (number for number, exchange in enumerate(walk) if _is_press(exchange, pressed))
    press = next(presses, None)
    if press is not None:
        return walk[:press]
    leads_home = any(name in pressed.url and str(parameters.get(name, "")) for name in TOKENS)
    return walk if leads_home and pressed.method == "GET" else []


def _is_press(exchange: Exchange, pressed: Control) -> bool:
    request = exchange.request
    same = request.url.partition("?")[0] == pressed.url.partition("#")[0].partition("?")[0]
    return same and request.method == pressed.method


def _text(exchange: Exchange) -> str:
    if exchange.answer is None:
        return ""
    headers = "\n".join(value for _, value in exchange.answer.headers)
    return f"{headers}\n{exchange.answer.body.decode(errors='replace')}"


def _forms(token: str) -> set[str]:
    encoded = base64.b64encode(token.encode()).decode().rstrip("=")
    return {token, quote(token, safe=""), quote_plus(token), escape(token), encoded}
