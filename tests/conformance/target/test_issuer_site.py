"""The issuer site serves documents in every way that there is, and remembers who came."""

import asyncio
import socket

import aiohttp
import pytest

from conformance.engine.session import facts
from conformance.openbadges.bundle import Delivery, ServedDocument
from conformance.target.issuer_site import FIRST, FORBIDDEN, LOOP, SECOND, IssuerSite, SiteAddress

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site():
    """A site on two origins and a forbidden one."""
    site = IssuerSite(forbidden="127.0.0.1")
    await site.start()
    yield site
    await site.stop()


def put(site: IssuerSite, delivery: Delivery, origin: str = FIRST) -> str:
    """The URL of a document that comes in this way."""
    url = site.urls(origin)["assertion"]
    site.put_document(url, ServedDocument({"uid": "1"}, delivery=delivery))
    return url


@pytest.mark.parametrize("hops", [0, 1, 3])
async def test_redirects_lead_to_the_document(site, http, hops):
    """As many as were asked for, and then it is there."""
    async with http.get(put(site, Delivery(redirects=hops))) as answer:
        assert len(answer.history) == hops
        assert await answer.json() == {"uid": "1"}


async def test_a_loop_leads_on_and_on(site, http):
    """To another address each time."""
    with pytest.raises(aiohttp.TooManyRedirects):
        await http.get(put(site, Delivery(redirects_to=LOOP)), max_redirects=20)
    assert len(site.visits) == 20


async def test_a_document_can_lead_elsewhere(site, http):
    """To whatever URL."""
    there = put(site, Delivery(), SECOND)
    async with http.get(put(site, Delivery(redirects_to=there)), allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, there)


async def test_a_drip_has_no_end(site, http):
    """The document begins, and never ends while a client reads."""
    async with http.get(put(site, Delivery(never_ends=True))) as answer:
        assert (await answer.content.readany()).startswith(b'{"uid": "1"}')
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(answer.read(), 0.4)


async def test_visits_are_told_by_url(site, http):
    """How often, with which method, whatever the query."""
    url, other = put(site, Delivery()), put(site, Delivery())
    await http.get(url)
    await http.head(f"{url}?again=1")
    assert [one.method for one in site.visits_of(url)] == ["GET", "HEAD"]
    assert site.visits_of(other) == []


async def test_the_forbidden_origin_is_another(site):
    """If there is one at all."""
    urls = {site.origins[name].url for name in (FIRST, SECOND, FORBIDDEN)}
    assert len(urls) == 3


async def test_the_site_is_found_under_the_address_that_was_said(http):
    """It listens on the port of that address, and what it serves has URLs below it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    site = IssuerSite(addresses=(SiteAddress(url=f"http://localhost:{port}"), SiteAddress()))
    await site.start()
    url = put(site, Delivery())
    assert url.startswith(f"http://localhost:{port}/")
    async with http.get(url.replace("localhost", "127.0.0.1")) as answer:
        assert answer.status == 200
    assert len(site.visits_of(url)) == 1
    await site.stop()


def test_facts_of_a_site_behind_a_proxy_are_right():
    """Without a port, and with TLS."""
    told = facts("http://b.example/", "https://one.example", "https://two.example")["site"]
    assert told["other_scheme"] == "http://one.example"
    assert told["other_host"] == "https://other.example"
    assert told["subdomain"] == "https://badges.one.example"
