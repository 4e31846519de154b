"""Discovery documents that are right, and not as simple as a client may think."""

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from mock_backpack.apis.open_badges_3 import discovery
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import fault
from mock_backpack.core.seams import Right, wrapping


@fault("discovery.relative", endpoints=("discovery",), stresses=("OB3-CLIENT-01",), since="0.2")
async def names_its_server_relatively(call: Call) -> web.StreamResponse:
    """The server of the calls is relative to the discovery document, as OpenAPI allows."""

    def servers(right: Right, root: str) -> Any:
        return [{**entry, "url": urlsplit(entry["url"]).path} for entry in right(root)]

    with wrapping(discovery.servers, servers):
        return await call.proceed()
