"""Values of a callback that work only when they are decoded otherwise than a query is."""

import base64
from collections.abc import Mapping
from typing import Any

from conformance.engine.done import absolute
from conformance.engine.state import State
from conformance.target.browser.callback import TOKENS, Spelling, other_spellings

GOOD = range(200, 300)


async def working_spelling(state: State, url: str, told: Mapping[str, Any]) -> Spelling:
    """The values that work, for those parameters that do not work as they are told.

    Tokens are tried at the identity endpoint, and only where another reading of ``url`` gives
    others; once a token with such characters has worked, no more are tried in this run.
    """
    others = list(other_spellings(url))
    roots = [one for one in others if absolute(one.get("api_root"))]
    found: dict[str, str] = {}
    if roots and absolute(told.get("api_root")) is None:
        found["api_root"] = roots[0]["api_root"]
    api_root = absolute(found.get("api_root", told.get("api_root")))
    readings = [one for one in others if one.keys() & set(TOKENS)]
    if api_root is None or not readings or api_root in state.session.spelled_right:
        return found
    if await _works(state, api_root, told.get("access_token")):
        state.session.spelled_right.add(api_root)
        return found
    for one in readings:
        if "access_token" in one and await _works(state, api_root, one["access_token"]):
            return found | {name: one[name] for name in TOKENS if name in one}
    return found


async def _works(state: State, api_root: str, token: object) -> bool:
    if not isinstance(token, str):
        return False
    state.secrets.add(token, "access_token")
    bearer = base64.b64encode(token.encode()).decode()
    url = f"{api_root.rstrip('/')}/identity"
    exchange = await state.wire.send("GET", url, [("Authorization", f"Bearer {bearer}")])
    return exchange.answer is not None and exchange.answer.status in GOOD
