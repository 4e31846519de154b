"""The order of the checks, and where a badge may be served: each failure hides the later ones."""

import pytest
from aiohttp import web

from tests.mock_backpack.earner import advance, bearer, connect, push, send
from tests.mock_backpack.hand_issuer import (
    GRACE,
    flat_badge,
    good_badge,
    issuer_site,
    public_key,
    signed,
)

pytestmark = pytest.mark.anyio

WRONG_EARNER = "badge assertion is for a different user"
WRONG_ORIGIN = "issuer origin must be identical to bearer token origin"


@pytest.mark.parametrize("body", [b"", b"{", b'{"badge": "x"}'])
async def test_the_token_comes_before_the_badge(http, mock, body):
    """An invalid token is reported for any pushed value."""
    headers = bearer("unknown")
    answer = await send(http, "POST", f"{mock}/api/issue", data=body, headers=headers)
    assert answer.status == 401


async def test_without_a_good_token_nothing_is_fetched(http, mock, tokens, site):
    """Without a grant, a client cannot make the mock send requests."""
    url = good_badge(site).publish()
    await advance(http, mock, 3600)
    await push(http, tokens, url)
    assert site.visits == []


async def test_validity_comes_before_the_earner(http, tokens, site):
    """An invalid assertion for another earner is an invalid assertion."""
    badge = good_badge(site, GRACE)
    del badge.badge_class["name"]
    answer = await push(http, tokens, badge.publish())
    assert answer.message.startswith("invalid assertion: badge class.name")


async def test_validity_comes_before_the_origin(http, mock, site):
    """An invalid assertion of another origin is an invalid assertion."""
    tokens = await connect(http, mock, "https://elsewhere.example/callback")
    badge = good_badge(site)
    badge.badge_class["image"] = f"{site.url}/missing"
    answer = await push(http, tokens, badge.publish())
    assert answer.message.startswith("invalid assertion: badge class image")


async def test_the_earner_comes_before_the_origin(http, mock, site):
    """A badge of another origin for another earner is for a different user."""
    tokens = await connect(http, mock, "https://elsewhere.example/callback")
    answer = await push(http, tokens, good_badge(site, GRACE).publish())
    assert (answer.status, answer.message) == (403, WRONG_EARNER)


async def test_the_origin_comes_before_the_hosting(http, mock, site):
    """A badge of another origin that is hosted on a third has the wrong origin."""
    tokens = await connect(http, mock, "https://elsewhere.example/callback")
    badge = good_badge(site)
    badge.issuer["url"] = "https://third.example/"
    answer = await push(http, tokens, badge.publish())
    assert (answer.status, answer.message) == (400, WRONG_ORIGIN)
    assert answer.json["issuer_origin"] == "https://third.example"
    assert answer.json["token_origin"] == "https://elsewhere.example"


async def test_the_hosting_comes_before_the_duplicate(http, tokens, site):
    """A forged copy elsewhere of a badge that is there already is refused, not 304."""
    badge = good_badge(site)
    await push(http, tokens, badge.publish())
    async with issuer_site() as thief:
        copy = thief.host("/assertion", badge.assertion)
        answer = await push(http, tokens, copy)
    assert answer.status == 400
    assert answer.message == f"the assertion must be served by its issuer, {site.url}"


async def test_an_assertion_that_anybody_hosts_is_refused(http, tokens, site):
    """Linking to the issuer document of another site does not make a site that issuer."""
    badge = good_badge(site)
    badge.publish()
    async with issuer_site() as thief:
        badge.assertion["verify"]["url"] = f"{thief.url}/forged"
        answer = await push(http, tokens, thief.host("/forged", badge.assertion))
    assert answer.status == 400
    assert answer.message == f"the assertion must be served by its issuer, {site.url}"


async def test_verify_url_counts_as_hosting(http, tokens, site):
    """The assertion at verify.url is on the issuer's origin as well."""
    badge = good_badge(site)
    async with issuer_site() as other:
        badge.assertion["verify"]["url"] = f"{other.url}/copy"
        other.host("/copy", badge.assertion)
        answer = await push(http, tokens, badge.publish())
    assert (answer.status, "must be served by its issuer" in answer.message) == (400, True)


async def test_the_target_of_a_redirect_does_not_count_as_hosting(http, tokens, site):
    """An issuer may keep its assertions elsewhere if it redirects there itself."""
    badge = good_badge(site)
    url = badge.publish()
    async with issuer_site() as other:
        elsewhere = other.host("/assertion", badge.assertion)

        async def to_elsewhere(_request):
            raise web.HTTPFound(elsewhere)

        site.answer("/assertion", to_elsewhere)
        assert (await push(http, tokens, url)).status == 201


async def test_the_class_and_the_image_may_be_anywhere(http, tokens, site):
    """Only the assertion proves who issued."""
    badge = good_badge(site)
    async with issuer_site() as other:
        badge.badge_class["image"] = f"{other.url}/image.png"
        badge.badge_class["issuer"] = other.host("/issuer", badge.issuer)
        badge.assertion["badge"] = other.host("/class", badge.badge_class)
        assert (await push(http, tokens, badge.publish())).status == 201


async def test_a_flat_assertion_that_anybody_hosts_is_refused(http, tokens, site):
    """In 0.5 the pushed URL proves who issued."""
    async with issuer_site() as thief:
        answer = await push(http, tokens, thief.host("/flat", flat_badge(site)))
    assert answer.status == 400
    assert answer.message == f"the assertion must be served by its issuer, {site.url}"


async def test_a_key_that_anybody_hosts_is_refused(http, tokens, site):
    """A badge signed with a stranger's key is no badge of this issuer."""
    badge = good_badge(site)
    async with issuer_site() as thief:
        badge.sign()
        badge.assertion["verify"]["url"] = thief.host("/key.pem", public_key())
        answer = await push(http, tokens, signed({"alg": "RS256"}, badge.assertion))
    assert answer.status == 400
    assert answer.message == f"the key must be served by its issuer, {site.url}"


async def test_the_origin_comes_before_the_key(http, mock, site):
    """A signed badge of another origin has the wrong origin, wherever its key is."""
    tokens = await connect(http, mock, "https://elsewhere.example/callback")
    answer = await push(http, tokens, good_badge(site).sign())
    assert (answer.status, answer.message) == (400, WRONG_ORIGIN)
