"""Known-good requests: whether the target still does what it did before, at each of its endpoints.

A request that nobody answers says something of that request only while others are answered.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from conformance.apis.connect.endpoints import Endpoint
from conformance.apis.connect.probes.consenting import Granted
from conformance.apis.connect.probes.pushing import badge, bearing, push_badge
from conformance.core.errors import HarnessError, NotProvoked, PreflightError
from conformance.core.exchange import Exchange
from conformance.engine.session import Session
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.reader import EarnerAccount


async def listens(session: Session, seconds: float, url: str = "") -> bool:
    """Whether anything comes back from a GET; that it is no way to ask is an answer.

    Without ``url`` it is the access page that is asked for.
    """
    asked = (url or session.target.page("access")).partition("?")[0]
    try:
        async with asyncio.timeout(seconds):
            sent = Wire(session.client, waits=False).send("GET", asked)
            return (await sent).answer is not None
    except (HarnessError, NotProvoked):  # we may not, or cannot, even look
        return True
    except TimeoutError:
        return False


async def works(session: Session, endpoint: str, seconds: float) -> bool:
    """Whether a good request to an endpoint is answered at all, each step within so many seconds.

    What it answers is for the scenarios to judge.
    """
    wire = Wire(session.client, waits=False)
    try:
        async with asyncio.timeout(seconds):
            granted, earner = await _grant(session, wire)
        if granted.token is None or granted.api_root is None or endpoint is Endpoint.PAGES:
            return True  # it does not hang
        async with asyncio.timeout(seconds):
            return (
                await ASKING[Endpoint(endpoint)](session, wire, granted, earner)
            ).answer is not None
    except (HarnessError, NotProvoked, PreflightError):
        return True
    except TimeoutError:
        return False


async def _grant(session: Session, wire: Wire) -> tuple[Granted, EarnerAccount]:
    """A fresh grant, in the way in which this run gets its grants."""
    earner = session.earner("ada", 0)
    return await session.granting.try_out(session, wire, earner), earner


async def _push(session: Session, wire: Wire, granted: Granted, earner: EarnerAccount) -> Exchange:
    return (await push_badge(session, wire, granted, badge(session, earner, FIRST)))[0]


async def _refresh(
    _session: Session, wire: Wire, granted: Granted, _earner: EarnerAccount
) -> Exchange:
    body = {"grant_type": "refresh_token", "refresh_token": granted.told.get("refresh_token")}
    headers = [("Content-Type", "application/json")]
    return await wire.send("POST", f"{granted.api_root}/token", headers, json.dumps(body).encode())


async def _identity(
    _session: Session, wire: Wire, granted: Granted, _earner: EarnerAccount
) -> Exchange:
    return await wire.send("GET", f"{granted.api_root}/identity", bearing(granted))


Ask: TypeAlias = Callable[[Session, Wire, Granted, EarnerAccount], Awaitable[Exchange]]
ASKING: Mapping[Endpoint, Ask] = MappingProxyType(
    {Endpoint.ISSUE: _push, Endpoint.TOKEN: _refresh, Endpoint.IDENTITY: _identity}
)
