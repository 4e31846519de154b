"""The settings page: an earner takes a permission back."""

import aiohttp
import pytest

from tests.mock_backpack.earner import (
    advance,
    collection,
    connect,
    identity,
    push,
    refresh,
    revoke,
    send,
)
from tests.mock_backpack.hand_issuer import GRACE, good_badge

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("tokens")]

OTHER = "https://other.example"


async def test_settings_list_the_origins_once_each(http, mock, site):
    """An origin with several grants is on the page once."""
    await connect(http, mock, f"{site.url}/other/callback")
    page = (await send(http, "GET", f"{mock}/settings")).page
    assert [element.get_text() for element in page.select("code")] == [site.url]


async def test_revoking_leads_back_to_a_page_without_the_origin(http, mock, site):
    """After revoking, the earner sees that the permission is gone."""
    answer = await revoke(http, mock, site.url)
    assert (answer.status, answer.headers["Location"]) == (303, "/settings")
    page = (await send(http, "GET", f"{mock}/settings")).page
    assert site.url not in page.get_text()


async def test_revocation_kills_all_grants_of_the_origin_at_once(http, mock, tokens, site):
    """No token of any grant of the origin works any more."""
    second = await connect(http, mock, f"{site.url}/callback")
    await revoke(http, mock, site.url)
    for pair in (tokens, second):
        assert (await identity(http, pair)).status == 401
        assert (await push(http, pair, "x")).status == 401
        assert (await refresh(http, pair)).status == 400


async def test_revocation_kills_a_refreshed_grant(http, mock, tokens, site):
    """A refresh is no way around a revocation."""
    fresh = (await refresh(http, tokens)).json["access_token"]
    await revoke(http, mock, site.url)
    answer = await identity(http, type(tokens)(fresh, "", "", tokens.api_root))
    assert answer.status == 401


async def test_a_revoked_token_is_unknown_and_not_expired(http, mock, tokens, site):
    """E7: a revoked token is an invalid one, however old it is."""
    await revoke(http, mock, site.url)
    await advance(http, mock, 10_000)
    assert (await identity(http, tokens)).message == "invalid_token: Unknown access token"


async def test_revocation_spares_other_origins(http, mock, site):
    """Only the origin that is named loses its permission."""
    others = await connect(http, mock, f"{OTHER}/callback")
    await revoke(http, mock, site.url)
    assert (await identity(http, others)).status == 200


async def test_revocation_spares_other_earners(http, mock, site):
    """Revoking for one earner leaves the grants of others."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as another:
        graces = await connect(another, mock, f"{site.url}/callback", GRACE)
    await revoke(http, mock, site.url)
    assert (await identity(http, graces)).status == 200


async def test_revocation_keeps_the_badges(http, mock, tokens, site):
    """The badges of the collection stay."""
    await push(http, tokens, good_badge(site).publish())
    await revoke(http, mock, site.url)
    assert len(await collection(http, mock)) == 1


async def test_a_new_grant_after_revocation_works(http, mock, tokens, site):
    """An earner may change their mind."""
    assert (await identity(http, tokens)).status == 200
    await revoke(http, mock, site.url)
    again = await connect(http, mock, f"{site.url}/callback")
    assert (await push(http, again, good_badge(site).publish())).status == 201
    assert (await identity(http, tokens)).status == 401


@pytest.mark.parametrize("origin", ["", OTHER, "nonsense", "'\"><script>"])
async def test_an_origin_without_access_is_a_404(http, mock, tokens, origin):
    """Revoking what was never given says so, and kills nothing."""
    answer = await revoke(http, mock, origin)
    assert (answer.status, answer.text) == (404, "origin: expected one that has access")
    assert (await identity(http, tokens)).status == 200


async def test_an_origin_is_told_by_its_port(http, mock, site):
    """The default port is not part of an origin, any other is."""
    await connect(http, mock, f"{OTHER}:443/callback")
    await connect(http, mock, f"{OTHER}:8443/callback")
    page = (await send(http, "GET", f"{mock}/settings")).page
    shown = [element.get_text() for element in page.select("code")]
    assert shown == [site.url, OTHER, f"{OTHER}:8443"]
