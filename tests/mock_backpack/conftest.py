"""Fixtures of the mock's tests: an issuer's site, and its grant from Ada."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from anyio.from_thread import start_blocking_portal

from tests.mock_backpack.box import Box
from tests.mock_backpack.earner import Tokens, connect, send
from tests.mock_backpack.hand_issuer import Site, issuer_site


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """An issuer's site that hosts nothing but an image."""
    async with issuer_site() as started:
        yield started


@pytest.fixture
def threaded_site() -> Iterator[Site]:
    """The same in a thread, for tests that are not asynchronous."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(issuer_site()) as started,
    ):
        yield started


@pytest.fixture
async def tokens(http: aiohttp.ClientSession, mock: str, site: Site) -> Tokens:
    """The parameters of the site's callback when Ada granted access."""
    return await connect(http, mock, f"{site.url}/callback")


@pytest.fixture
async def box(http: aiohttp.ClientSession, mock: str, site: Site) -> Box:
    """A sandbox in which nothing is wrong."""
    entered = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"situation": "healthy"})
    made = Box(http, entered.json["url"], site)
    made.tokens = await made.grant()
    return made
