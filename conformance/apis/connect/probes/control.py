"""Valid requests that check whether each endpoint of the target still answers.

An unanswered request can be judged only while the target answers other requests.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from conformance.apis.connect.endpoints import Endpoint
from conformance.apis.connect.probes.consenting import GrantAttempt
from conformance.apis.connect.probes.pushing import badge, bearing, push_badge
from conformance.core.errors import HarnessError, NotProvoked, PreflightError
from conformance.core.exchange import Exchange
from conformance.engine.session import Session
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.reader import EarnerAccount


async def listens(session: Session, seconds: float, url: str = "") -> bool:
    """Whether a GET is answered; an error status such as 405 is an answer.

    Without ``url`` the access page is requested.
    """
    address = (url or session.target.page("access")).partition("?")[0]
    try:
        async with asyncio.timeout(seconds):
            exchange = await Wire(session.client, waits=False).send("GET", address)
            return exchange.answer is not None
    except (HarnessError, NotProvoked):  # the suite may not, or cannot, send the request
        return True
    except TimeoutError:
        return False


async def works(session: Session, endpoint: str, seconds: float) -> bool:
    """Whether an endpoint answers a valid request, each step within so many seconds.

    The scenarios judge the answer itself.
    """
    wire = Wire(session.client, waits=False)
    try:
        async with asyncio.timeout(seconds):
            grant, earner = await _grant(session, wire)
        if grant.token is None or grant.api_root is None or endpoint is Endpoint.PAGES:
            return True  # the pages answered
        async with asyncio.timeout(seconds):
            exchange = await REQUESTS[Endpoint(endpoint)](session, wire, grant, earner)
            return exchange.answer is not None
    except (HarnessError, NotProvoked, PreflightError):
        return True
    except TimeoutError:
        return False


async def _grant(session: Session, wire: Wire) -> tuple[GrantAttempt, EarnerAccount]:
    """A fresh grant, obtained as in the rest of this run."""
    earner = session.earner("ada", 0)
    return await session.granting.try_out(session, wire, earner), earner


async def _push(
    session: Session, wire: Wire, grant: GrantAttempt, earner: EarnerAccount
) -> Exchange:
    exchange, _ = await push_badge(session, wire, grant, badge(session, earner, FIRST))
    return exchange


async def _refresh(
    _session: Session, wire: Wire, grant: GrantAttempt, _earner: EarnerAccount
) -> Exchange:
    body = {"grant_type": "refresh_token", "refresh_token": grant.parameters.get("refresh_token")}
    headers = [("Content-Type", "application/json")]
    return await wire.send("POST", f"{grant.api_root}/token", headers, json.dumps(body).encode())


async def _identity(
    _session: Session, wire: Wire, grant: GrantAttempt, _earner: EarnerAccount
) -> Exchange:
    return await wire.send("GET", f"{grant.api_root}/identity", bearing(grant))


SendRequest: TypeAlias = Callable[[Session, Wire, GrantAttempt, EarnerAccount], Awaitable[Exchange]]
REQUESTS: Mapping[Endpoint, SendRequest] = MappingProxyType(
    {Endpoint.ISSUE: _push, Endpoint.TOKEN: _refresh, Endpoint.IDENTITY: _identity}
)
