"""One mock serves several APIs, each with routes, handlers and recognised tokens of its own."""

import pytest
from aiohttp import web
from attrs import evolve

from mock_backpack.apis.api import Api, Route
from mock_backpack.apis.badge_connect.manifest import OFFER
from mock_backpack.apis.connect.api import CONNECT
from mock_backpack.apis.oauth.granting import granting_by
from mock_backpack.app import create_app
from mock_backpack.server import served
from tests.mock_backpack.earner import connect, identity, send

pytestmark = pytest.mark.anyio


async def greet(name, _request):
    """Answer with what was made for the sandbox."""
    return web.json_response({"hello": name})


GREETING = Api(
    name="greeting",
    routes={"/greeting": {"GET": Route("greet", greet)}},
    endpoints=("greet",),
    handlers=lambda sandbox: f"sandbox {sandbox.name}",
    grant=granting_by(OFFER, "/greeting"),
    recognise=lambda _exchange: None,
    defects=("mock_backpack.apis.connect.defects",),
    requirements=("BC-CLIENT-01",),
    lost={"greeting": "BC-CLIENT-02"},
)


async def test_both_are_served_side_by_side(http, site):
    """Also in a sandbox of its own, and rules act at the endpoints of both."""
    async with served(create_app(apis=(CONNECT, GREETING))) as mock:
        tokens = await connect(http, mock, f"{site.url}/callback")
        assert (await identity(http, tokens)).status == 200
        await send(http, "POST", f"{mock}/_mock/sandboxes", json={"name": "own"})
        answer = await send(http, "GET", f"{mock}/s/own/greeting")
        assert answer.json == {"hello": "sandbox own"}
        rule = {"fault": "http.unavailable", "match": {"endpoint": "greet"}}
        await send(http, "POST", f"{mock}/_mock/rules", json=rule)
        assert (await send(http, "GET", f"{mock}/greeting")).status == 503
        heard = await send(http, "GET", f"{mock}/_mock/journal?endpoint=greet")
        assert [exchange["answer"]["status"] for exchange in heard.json["exchanges"]] == [503]


async def test_an_endpoint_of_an_api_that_is_not_served_is_unknown(http):
    """Rules name the endpoints of this mock."""
    async with served(create_app(apis=(GREETING,))) as mock:
        rule = {"fault": "http.unavailable", "match": {"endpoint": "token"}}
        refused = await send(http, "POST", f"{mock}/_mock/rules", json=rule)
        assert refused.status == 400
        assert "expected one of greet" in refused.json["message"]
        assert (await send(http, "GET", f"{mock}/api/identity")).status == 404


def test_two_apis_with_one_path_are_refused():
    """A request goes to one of them."""
    with pytest.raises(ValueError, match=r"again: /.* is a path of another API"):
        create_app(apis=(CONNECT, evolve(CONNECT, name="again")))
