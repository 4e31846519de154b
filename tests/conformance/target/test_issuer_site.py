"""The issuer site serves documents in every way that there is, and remembers who came."""

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest

from conformance.engine.session import facts
from conformance.openbadges.bundle import Delivery, ServedDocument
from conformance.target.issuer_site import FIRST, FORBIDDEN, LOOP, SECOND, IssuerSite, SiteAddress
from tests.stock_proxies import PROXIES, free_port, installed, running_proxy

WORKERS = Path(__file__).parents[3] / "examples" / "load-workers"
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
    assert [visit.method for visit in site.visits_of(url)] == ["GET", "HEAD"]
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


@pytest.fixture(name="proxy", params=PROXIES)
def fixture_proxy(request):
    """A stock proxy that is installed."""
    if installed(request.param) is None:
        pytest.skip(f"needs {request.param}: apt-get install {request.param}")
    return request.param


async def test_several_sites_share_two_addresses_of_a_proxy(proxy, http, tmp_path):
    """Each answers for what is below its path; what all of them have comes from any."""
    ports = {number: free_port() for number in (*range(8600, 8604), *range(8700, 8704))}
    sites = [
        IssuerSite(
            addresses=(
                SiteAddress(ports[8600 + number], f"http://127.0.0.1:{ports[8600]}"),
                SiteAddress(ports[8700 + number], f"http://127.0.0.1:{ports[8700]}"),
            ),
            path=str(number),
        )
        for number in (1, 2, 3)
    ]
    for site in sites:
        await site.start()
    with running_proxy(proxy, WORKERS, tmp_path, ports):
        for number, site in enumerate(sites, start=1):
            for origin in (FIRST, SECOND):
                url = put(site, Delivery(redirects=1), origin)
                assert url.startswith(f"{sites[0].origins[origin].url}/{number}/")
                async with http.get(url) as answer:
                    assert (answer.status, await answer.json()) == (200, {"uid": "1"})
                assert len(site.visits_of(url)) == 2
                async with http.get(f"{site.callback(origin)}?code=one") as answer:
                    assert "Granted" in await answer.text()
        async with http.get(f"{sites[0].origins[SECOND].url}/logo.png") as answer:
            assert answer.status == 200
    for site in sites:
        await site.stop()


def test_facts_of_a_site_behind_a_proxy_are_right():
    """Without a port, and with TLS."""
    origins = "https://one.example", "https://two.example"
    site = facts("http://b.example/", *origins, "https://one.example/pages")["site"]
    assert site["other_scheme"] == "http://one.example"
    assert site["other_host"] == "https://other.example"
    assert site["subdomain"] == "https://badges.one.example"
