"""Renew a grant that was given by hand (API document, section token)."""

import json
from typing import Any

from conformance.core.exchange import parsed
from conformance.target.http.client import Wire
from conformance.target.stored_grant import StoredGrant


async def renewed(wire: Wire, kept: StoredGrant) -> tuple[dict[str, Any] | None, str]:
    """The parameters that a callback would have received, or ``None``; and what came back.

    The new tokens are kept in place of the old ones.
    """
    body = {"grant_type": "refresh_token", "refresh_token": kept.refresh_token}
    url = f"{kept['api_root'].rstrip('/')}/token"
    headers = [("Content-Type", "application/json")]
    exchange = await wire.send("POST", url, headers, json.dumps(body).encode())
    if exchange.answer is None:
        return None, exchange.trouble
    tokens = parsed(exchange.answer.body)
    is_good = 200 <= exchange.answer.status < 300 and isinstance(tokens, dict)
    if not is_good or not isinstance(tokens.get("access_token"), str):
        return None, f"{exchange.answer.status} from {url}"
    kept.replace(tokens)
    granted = {**tokens, "refresh_token": kept.refresh_token, "api_root": kept["api_root"]}
    return granted, f"{exchange.answer.status} from {url}"
