"""Fixtures for tests that use a server."""

from collections.abc import AsyncIterator

import pytest

from conformance.target.http.client import Client, Wire

PATIENCE = 20.0
"""Seconds: longer than any answer here takes."""


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A client of the suite."""
    client = Client(PATIENCE)
    yield client
    await client.close()


@pytest.fixture
def wire(client: Client) -> Wire:
    """The exchanges of a test."""
    return Wire(client)
