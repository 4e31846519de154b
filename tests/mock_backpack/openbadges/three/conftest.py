"""Fixtures of the tests of the judge."""

import contextlib
from typing import Any

import pytest

from mock_backpack.core.clock import Clock
from mock_backpack.openbadges.fetch import Fetcher
from mock_backpack.openbadges.three.judge import Judge


@pytest.fixture
async def judge() -> Any:
    """A judge that may fetch from everywhere."""
    fetcher = Fetcher()
    async with contextlib.asynccontextmanager(fetcher.running)():
        yield Judge(fetcher, Clock())
