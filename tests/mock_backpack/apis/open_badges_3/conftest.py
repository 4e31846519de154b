"""Fixtures of the tests of the Open Badges 3.0 API."""

import pytest

from tests.mock_backpack.apis.open_badges_3.holder import Holder


@pytest.fixture
async def holder(http, mock, site) -> Holder:
    """A client that knows nothing yet."""
    return Holder(http, mock, site.url)
