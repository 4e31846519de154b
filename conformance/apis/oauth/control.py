"""Valid requests that check whether each endpoint of a target still answers."""

import asyncio

from attrs import frozen

from conformance.apis.oauth.server import server_of
from conformance.apis.oauth.service import Service
from conformance.core.errors import HarnessError, NotProvoked, PreflightError
from conformance.engine.session import Session
from conformance.engine.state import StepFailed
from conformance.target.http.client import Wire


@frozen
class Control:
    """Whether the endpoints of an API answer."""

    service: Service

    async def listens(self, session: Session, seconds: float, url: str = "") -> bool:
        """Whether a GET is answered; an error status such as 405 is an answer.

        Without ``url`` the document that announces the API is requested.
        """
        address = (url or self.service.url(session.target.root)).partition("?")[0]
        try:
            async with asyncio.timeout(seconds):
                exchange = await Wire(session.client, waits=False).send("GET", address)
                return exchange.answer is not None
        except (HarnessError, NotProvoked):  # the suite may not, or cannot, send the request
            return True
        except TimeoutError:
            return False

    async def works(self, session: Session, endpoint: str, seconds: float) -> bool:
        """Whether an endpoint answers a valid request, each step within so many seconds.

        The scenarios judge the answer itself.
        """
        wire = Wire(session.client, waits=False)
        try:
            if endpoint == self.service.document:
                return await self.listens(session, seconds)
            async with asyncio.timeout(seconds):
                grant = await session.granting.try_out(session, wire, session.earner("ada", 0))
            if endpoint not in self.service.resources:
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
