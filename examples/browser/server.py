"""The site of the browser issuer: its page and the documents of its badges."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

PAGE = Path(__file__).with_name("issuer.html").read_text(encoding="utf-8")
IMAGE = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E"


class Site:
    """Serves the page and the documents."""

    def __init__(self, issuer_js: str, count: int) -> None:
        self.url = ""
        """Our own origin."""
        self._page = PAGE.replace("{{issuer_js}}", issuer_js).replace("{{count}}", str(count))
        self._count = count
        self._documents: dict[str, bytes] = {}

    async def page(self, _request: web.Request) -> web.Response:
        """The page that connects and pushes."""
        return web.Response(text=self._page, content_type="text/html")

    async def award(self, request: web.Request) -> web.Response:
        """Award all badges to the earner with this identity; their URLs."""
        identity = await request.json()
        numbers = range(1, self._count + 1)
        return web.json_response([self._award(number, identity) for number in numbers])

    async def document(self, request: web.Request) -> web.Response:
        """Serve a stored document."""
        found = self._documents.get(request.path)
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found, content_type="application/json")

    def _write(self, path: str, document: Mapping[str, Any]) -> str:
        self._documents.setdefault(path, json.dumps(document).encode())
        return self.url + path

    def _award(self, number: int, identity: Mapping[str, str]) -> str:
        badge = {
            "name": "Engineer",
            "description": "Drew up a table of differences.",
            "image": IMAGE,
            "criteria": f"{self.url}/criteria",
            "issuer": self._write("/issuer", {"name": "Analytical Society", "url": self.url}),
        }
        path = f"/assertions/{number}"
        recipient = {**identity, "identity": identity["recipient"], "hashed": True}
        assertion = {
            "uid": str(number),
            "recipient": {name: recipient[name] for name in ("identity", "salt", "type", "hashed")},
            "badge": self._write("/badge", badge),
            "verify": {"type": "hosted", "url": self.url + path},
            "issuedOn": int(time.time()),
        }
        return self._write(path, assertion)


@contextlib.asynccontextmanager
async def serving(issuer_js: str, count: int = 1) -> AsyncIterator[Site]:
    """The site, during the block."""
    site = Site(issuer_js, count)
    app = web.Application()
    app.add_routes(
        [
            web.get("/", site.page),
            web.post("/award", site.award),
            web.get("/{path:.*}", site.document),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()


async def main() -> None:
    """Serve until Ctrl-C."""
    async with serving(os.environ["BACKPACK_ISSUER_JS"]) as site:
        print(f"open {site.url}")
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
