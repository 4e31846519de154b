"""Values of a callback that work only when they are not decoded as a query."""

import base64
from collections.abc import Mapping
from typing import Any

from conformance.engine.state import State
from conformance.engine.step_result import absolute
from conformance.target.browser.callback import TOKENS, Spelling, other_spellings

GOOD = range(200, 300)


async def working_spelling(state: State, url: str, parameters: Mapping[str, Any]) -> Spelling:
    """The values that work, for those parameters that do not work when decoded as a query.

    Tokens are tried at the identity endpoint, and only when another decoding of ``url`` gives other
    tokens; once a token with such characters has worked, none are tried again in this run.
    """
    spellings = list(other_spellings(url))
    roots = [spelling for spelling in spellings if absolute(spelling.get("api_root"))]
    working: dict[str, str] = {}
    if roots and absolute(parameters.get("api_root")) is None:
        working["api_root"] = roots[0]["api_root"]
    api_root = absolute(working.get("api_root", parameters.get("api_root")))
    with_tokens = [spelling for spelling in spellings if spelling.keys() & set(TOKENS)]
    if api_root is None or not with_tokens or api_root in state.session.encoded_right:
        return working
    if await _works(state, api_root, parameters.get("access_token")):
        state.session.encoded_right.add(api_root)
        return working
    for spelling in with_tokens:
        if "access_token" in spelling and await _works(state, api_root, spelling["access_token"]):
            return working | {name: spelling[name] for name in TOKENS if name in spelling}
    return working


async def _works(state: State, api_root: str, token: object) -> bool:
    if not isinstance(token, str):
        return False
    state.secrets.add(token, "access_token")
    bearer = base64.b64encode(token.encode()).decode()
    url = f"{api_root.rstrip('/')}/identity"
    exchange = await state.wire.send("GET", url, [("Authorization", f"Bearer {bearer}")])
    return exchange.answer is not None and exchange.answer.status in GOOD
