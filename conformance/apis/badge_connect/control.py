"""Valid requests that check whether each endpoint of the provider still answers."""

import asyncio

from conformance.apis.badge_connect.endpoints import Endpoint
from conformance.apis.badge_connect.manifest import manifest_url
from conformance.apis.oauth.server import server_of
from conformance.core.errors import HarnessError, NotProvoked, PreflightError
from conformance.engine.session import Session
from conformance.engine.state import StepFailed
from conformance.target.http.client import Wire

RESOURCES = (Endpoint.ASSERTIONS, Endpoint.PROFILE)


async def listens(session: Session, seconds: float, url: str = "") -> bool:
    """Whether a GET is answered; an error status such as 405 is an answer.

    Without ``url`` the manifest is requested.
    """
    address = (url or manifest_url(session.target.root)).partition("?")[0]
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
        if endpoint == Endpoint.MANIFEST:
            return await listens(session, seconds)
        async with asyncio.timeout(seconds):
            grant = await session.granting.try_out(session, wire, session.earner("ada", 0))
        if endpoint not in RESOURCES:
            return True  # the pages, registration and token endpoint have answered
        url = f"{server_of(session).resources}/{endpoint}"
        headers = [("Authorization", f"Bearer {grant.saved.get('access_token')}")]
        async with asyncio.timeout(seconds):
            return (await wire.send("GET", url, headers)).answer is not None
    except StepFailed as failure:
        return failure.exchange is None or failure.exchange.answer is not None
    except (HarnessError, NotProvoked, PreflightError):
        return True
    except TimeoutError:
        return False
