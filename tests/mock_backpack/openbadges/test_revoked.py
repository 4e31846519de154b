"""Revocation lists: a signed badge ends when its issuer lists it."""

import pytest

from tests.mock_backpack.earner import problems, push
from tests.mock_backpack.hand_issuer import good_badge

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("reason", ["given in error", "", None, {"reason": "error"}])
@pytest.mark.parametrize("listed", ["badge-1", "urn:uuid:1"])
async def test_a_revoked_badge_is_refused(http, tokens, site, listed, reason):
    """A uid, or in 1.1 an id, in the revocation list ends the badge, whatever the reason."""
    badge = good_badge(site)
    badge.assertion["id"] = "urn:uuid:1"
    badge.issuer["revocationList"] = site.host("/revoked", {listed: reason})
    assert (await problems(http, tokens, badge.sign()))[0][0] == "revocation list"


@pytest.mark.parametrize("revoked", [{}, {"badge-2": "another"}, {"badge": "1"}])
async def test_a_badge_that_is_not_listed_is_accepted(http, tokens, site, revoked):
    """A revocation list ends only what it names."""
    badge = good_badge(site)
    badge.issuer["revocationList"] = site.host("/revoked", revoked)
    assert (await push(http, tokens, badge.sign())).status == 201


@pytest.mark.parametrize(("content", "status"), [(b"", 200), (b"[]", 200), (b"{}", 404)])
async def test_a_revocation_list_that_cannot_be_read_is_refused(
    http, tokens, site, content, status
):
    """If the revocation list cannot be read, the badge is refused."""
    badge = good_badge(site)
    badge.issuer["revocationList"] = site.host("/revoked", content, status)
    assert await problems(http, tokens, badge.sign()) == [("revocation list", "")]


@pytest.mark.parametrize(
    "odd",
    [
        5,
        None,
        {},
        [],
        ["badge-1"],
    ],
)
async def test_an_odd_id_is_no_server_error(http, tokens, site, odd):
    """In 1.0 ``id`` is an unknown member and may be anything."""
    badge = good_badge(site)
    badge.assertion["id"] = odd
    badge.issuer["revocationList"] = site.host("/revoked", {"None": "x", "5": "x"})
    assert (await push(http, tokens, badge.sign())).status == 201
