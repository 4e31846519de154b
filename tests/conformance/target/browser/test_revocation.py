"""Revoking the access of one origin, on settings pages of other implementations."""

from collections.abc import AsyncIterator

import pytest

from conformance.target.browser.browser import Browser
from conformance.target.browser.revocation import RevocationResult, revoke
from conformance.target.http.client import Client, Wire
from conformance.target.pages.reader import EarnerAccount
from tests.conformance.layouts import BARE_PAGE, LAYOUTS, SettingsSite, numbered
from tests.conformance.sites import Site, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ADA = EarnerAccount("ada", "ada@example.org", "difference engine")
ALIKE = [
    "http://127.0.0.1:41671",
    "http://127.0.0.1:4167",
    "http://a.example",
    "http://a.example:81",
]
"""Origins that begin alike."""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A Backpack of a few pages."""
    async with open_site() as site:
        yield site


async def taken_back(client: Client, page: SettingsSite, origin: str) -> RevocationResult:
    """The result of revoking an origin there."""
    return await revoke(Browser(Wire(client), ADA), page.url, origin)


@pytest.mark.parametrize("origin", ALIKE)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
async def test_the_grant_of_the_origin_is_revoked_and_no_other(client, site, layout, origin):
    """For any layout, and with any other buttons on the page."""
    page = SettingsSite(site, layout, numbered(ALIKE))
    ended = await taken_back(client, page, origin)
    assert ended.dead_end is None, ended.dead_end
    assert list(page.grants.values()) == [other for other in ALIKE if other != origin]
    assert page.harm == []


@pytest.mark.parametrize("whole", [BARE_PAGE, None], ids=["bare", "with much else"])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
async def test_the_only_grant_of_a_page_is_revoked(client, site, layout, whole):
    """If only the page itself shows that there are other grants."""
    page = SettingsSite(site, layout, numbered(ALIKE[:1]), *([whole] if whole else []))
    ended = await taken_back(client, page, ALIKE[0])
    assert ended.dead_end is None, ended.dead_end
    assert page.grants == {}
    assert page.harm == []


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
async def test_an_origin_without_a_grant_changes_nothing(client, site, layout):
    """No button is pressed; the message says what was expected, and what is on the page."""
    page = SettingsSite(site, layout, numbered(ALIKE))
    others = ["http://127.0.0.1:416", "http://example", "http://www.a.example", "https://a.example"]
    for origin in others[:3] if layout is LAYOUTS["without scheme"] else others:
        ended = await taken_back(client, page, origin)
        assert ended.dead_end is not None
        assert origin in ended.dead_end.why
        assert "form[action=" in ended.dead_end.why
    assert len(page.grants) == len(ALIKE)
    assert page.harm == []


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
async def test_every_grant_of_the_origin_is_revoked(client, site, layout):
    """If a page shows each of them."""
    origins = [ALIKE[1], ALIKE[0], ALIKE[1], ALIKE[2], ALIKE[1]]
    page = SettingsSite(site, layout, numbered(origins))
    ended = await taken_back(client, page, ALIKE[1])
    assert ended.dead_end is None, ended.dead_end
    assert list(page.grants.values()) == [ALIKE[0], ALIKE[2]]
    assert page.harm == []
