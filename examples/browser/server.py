"""The site of the browser issuer: its page and the documents of its badges."""

import asyncio
import contextlib
import hashlib
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

PAGE = Path(__file__).with_name("issuer.html").read_text(encoding="utf-8")
ASKING_PAGE = Path(__file__).with_name("issue.html").read_text(encoding="utf-8")
AN_HOUR = 3600
"""So long ago the earner earned it."""
IMAGE = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E"


class Site:
    """Serves the page and the documents."""

    asking = ASKING_PAGE
    folder = "/assertions"
    label = "application/json"
    """Content type of the documents."""

    def __init__(self, issuer_js: str, count: int) -> None:
        self.url = ""
        """Our own origin."""
        self._issuer_js = issuer_js
        self._count = count
        self._documents: dict[str, bytes] = {}

    async def page(self, _request: web.Request) -> web.Response:
        """The page that connects and pushes."""
        return self._shown(PAGE)

    async def asking_page(self, _request: web.Request) -> web.Response:
        """The page that lets the Backpack ask the earner about each badge."""
        return self._shown(self.asking)

    def _shown(self, page: str) -> web.Response:
        text = page.replace("{{issuer_js}}", self._issuer_js).replace("{{count}}", str(self._count))
        return web.Response(text=text, content_type="text/html")

    async def award(self, request: web.Request) -> web.Response:
        """Award all badges to the earner with this identity; their URLs."""
        return web.json_response(self._awarded(await request.json()))

    async def offer(self, request: web.Request) -> web.Response:
        """Award all badges to the earner with this e-mail address; their URLs."""
        earner = (await request.json())["earner"]
        return web.json_response(self._awarded(self.identity(earner)))

    def identity(self, earner: str) -> dict[str, Any]:
        """How an assertion names the earner with this e-mail address."""
        salt = secrets.token_hex(8)
        digest = hashlib.sha256(f"{earner}{salt}".encode()).hexdigest()
        return {"recipient": f"sha256${digest}", "salt": salt, "type": "email"}

    def _awarded(self, identity: Mapping[str, str]) -> list[str]:
        return [self._award(number, identity) for number in range(1, self._count + 1)]

    async def document(self, request: web.Request) -> web.Response:
        """Serve a stored document."""
        found = self._documents.get(request.path)
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found, content_type=self.label)

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
        path = f"{self.folder}/{number}"
        recipient = {"hashed": True, **identity, "identity": identity["recipient"]}
        assertion = {
            "uid": str(number),
            "recipient": {name: recipient[name] for name in ("identity", "salt", "type", "hashed")},
            "badge": self._write("/badge", badge),
            "verify": {"type": "hosted", "url": self.url + path},
            "issuedOn": int(time.time()) - AN_HOUR,
        }
        return self._write(path, assertion)


@contextlib.asynccontextmanager
async def serving(issuer_js: str, count: int = 1, kind: type[Site] = Site) -> AsyncIterator[Site]:
    """The site, during the block."""
    site = kind(issuer_js, count)
    app = web.Application()
    app.add_routes(
        [
            web.get("/", site.page),
            web.get("/add", site.asking_page),
            web.post("/award", site.award),
            web.post("/offer", site.offer),
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
        print(f"open {site.url} or {site.url}/add?earner=YOUR_E-MAIL")
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
