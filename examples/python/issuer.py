"""A badge issuer in Python, with aiohttp.

It asks an earner for access, hosts its badges, pushes them, refreshes its tokens, and lives with a
Backpack that is slow, busy or gone for a while. ``backpack-conformance issuer`` starts it once for
each situation, with the addresses in its environment; it awards what it is asked to, and ends.
"""

import asyncio
import base64
import contextlib
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, CookieJar, web

DONE = (200, 201, 304, 409)
"""In the Backpack: taken just now, or there already."""
TRIES = 5
PATIENCE = float(os.environ.get("ISSUER_PATIENCE", "10"))
"""Seconds that the Backpack may take for an answer."""
FIRST_WAIT = 0.2
IMAGE = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E"


@dataclass(frozen=True)
class Grant:
    """What the earner's Backpack gave us."""

    access_token: str
    refresh_token: str
    api_root: str


@dataclass(frozen=True)
class Answer:
    """An answer of the Backpack, its body not yet understood."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Issuer:
    """One earner's connection, our badges, and what we do with them."""

    def __init__(self, http: ClientSession) -> None:
        self.http = http
        self.url = ""
        """Our own origin."""
        self.grant: Grant | None = None
        self.documents: dict[str, bytes] = {}
        self.refreshing = asyncio.Lock()

    # Our site

    async def connect(self, _request: web.Request) -> web.Response:
        """Send the earner to the Backpack; the state comes back with the callback."""
        state = secrets.token_urlsafe(16)
        callback = f"{self.url}/callback?state={state}"
        ask = web.HTTPFound(f"{os.environ['BACKPACK_ACCESS_URL']}?scope=issue&callback={callback}")
        ask.set_cookie("state", state, httponly=True)
        raise ask

    async def callback(self, request: web.Request) -> web.Response:
        """The earner is back: keep the grant, if this is an answer to our question."""
        told = request.query
        if not self.is_expected(request):
            return web.Response(status=403, text="Please connect your Backpack again.")
        if "error" in told:
            return web.Response(text="Your Backpack was not connected.")
        self.grant = Grant(told["access_token"], told["refresh_token"], told["api_root"])
        return web.Response(text="Your Backpack is connected.")

    def is_expected(self, request: web.Request) -> bool:
        """Whether a callback brings the state that this browser was sent away with."""
        state = request.cookies.get("state", "")
        return state != "" and secrets.compare_digest(state, request.query.get("state", ""))

    async def document(self, request: web.Request) -> web.Response:
        """Serve what was written once, for GET and HEAD."""
        found = self.documents.get(request.path)
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found, content_type="application/json")

    # Our badges

    def write(self, path: str, document: Mapping[str, Any]) -> str:
        """Host a document; its URL."""
        self.documents[path] = json.dumps(document).encode()
        return self.url + path

    def award(self, number: int, identity: Mapping[str, str]) -> str:
        """Award a badge to the earner; the URL of its assertion."""
        issuer = self.write("/issuer", {"name": "Analytical Society", "url": self.url})
        badge = self.write(
            "/badge",
            {
                "name": "Engineer",
                "description": "Drew up a table of differences.",
                "image": IMAGE,
                "criteria": f"{self.url}/criteria",
                "issuer": issuer,
            },
        )
        path = f"/assertions/{number}"
        return self.write(path, self.assertion(path, badge, identity))

    def assertion(self, path: str, badge: str, identity: Mapping[str, str]) -> dict[str, Any]:
        """The document that says who earned which badge."""
        return {
            "uid": path.rpartition("/")[2],
            "recipient": self.recipient(identity),
            "badge": badge,
            "verify": {"type": "hosted", "url": self.url + path},
            "issuedOn": int(time.time()),
        }

    def recipient(self, identity: Mapping[str, str]) -> dict[str, Any]:
        """What identity told us, as it is."""
        return {
            "identity": identity["recipient"],
            "salt": identity["salt"],
            "type": identity["type"],
            "hashed": True,
        }

    # The API

    def authorization(self, token: str) -> str:
        """The access token goes into the header in base64."""
        return f"Bearer {base64.b64encode(token.encode()).decode()}"

    async def ask(
        self, method: str, endpoint: str, said: Mapping[str, Any] | None = None, token: str = ""
    ) -> Answer:
        """One request below ``api_root``; OSError or ClientError when there is no answer."""
        headers = {"Authorization": self.authorization(token)} if token else {}
        body = None if said is None else self.body(said, headers)
        url = f"{self.root()}/{endpoint}"
        async with self.http.request(
            method, url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    def root(self) -> str:
        """Where the API is: the callback told us."""
        return self.grant.api_root if self.grant else ""

    def body(self, said: Mapping[str, Any], headers: dict[str, str]) -> bytes:
        """Parameters are JSON."""
        headers["Content-Type"] = "application/json"
        return json.dumps(said).encode()

    async def patiently(
        self, method: str, endpoint: str, said: Mapping[str, Any] | None = None
    ) -> Answer | None:
        """Ask until there is an answer that means something; ``None`` when there is no hope."""
        wait = FIRST_WAIT
        for _ in range(TRIES):
            if self.grant is None:
                return None
            token = self.grant.access_token
            try:
                answer = await self.ask(method, endpoint, said, token)
            except (ClientError, OSError):
                await asyncio.sleep(wait)
                wait *= 2
                continue
            if answer.status == 401:
                if not await self.renew(token):
                    return None
            elif answer.status == 429 or answer.status >= 500:
                await asyncio.sleep(self.retry_after(answer, wait))
                wait *= 2
            else:
                return answer
        return None

    def retry_after(self, answer: Answer, usual: float) -> float:
        """Seconds to wait: as the Backpack asks, or as we usually do."""
        said = answer.headers.get("Retry-After", "")
        if said.isdecimal():
            return float(said)
        with contextlib.suppress(ValueError):
            return max(parsedate_to_datetime(said).timestamp() - time.time(), 0) + usual
        return usual

    async def push(self, assertion: str) -> bool:
        """Put a badge into the Backpack; whether it is there."""
        answer = await self.patiently("POST", "issue", {"badge": assertion})
        return answer is not None and answer.status in DONE

    async def identity(self) -> Mapping[str, str] | None:
        """Who the earner is, as the Backpack says it."""
        answer = await self.patiently("GET", "identity")
        if answer is None or answer.status != 200:
            return None
        told: dict[str, str] = json.loads(answer.body)
        return told

    async def renew(self, old: str) -> bool:
        """Get new tokens, once for all who found the old one expired."""
        async with self.refreshing:
            if self.grant is None or self.grant.access_token != old:
                return self.grant is not None
            answer = await self.refreshed(self.grant.refresh_token)
            if answer is None:
                self.grant = None  # the earner has to connect again
                return False
            told = json.loads(answer.body)
            self.keep(told["access_token"], told["refresh_token"])
            return True

    async def refreshed(self, refresh_token: str) -> Answer | None:
        """Trade a refresh token; ``None`` when it is no good any more."""
        said = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        lost = 0
        for _ in range(TRIES):
            try:
                answer = await self.ask("POST", "token", said)
            except (ClientError, OSError):
                lost += 1
                if lost > 1:
                    return None
                continue
            if answer.status == 200:
                return answer
            if answer.status != 429 and answer.status < 500:
                return None
            await asyncio.sleep(self.retry_after(answer, FIRST_WAIT))
        return None

    def keep(self, access_token: str, refresh_token: str) -> None:
        """Keep both new tokens."""
        self.grant = Grant(access_token, refresh_token, self.root())


@contextlib.asynccontextmanager
async def running(kind: type[Issuer]) -> AsyncIterator[Issuer]:
    """An issuer whose site is up while the block runs."""
    async with ClientSession(timeout=ClientTimeout(total=PATIENCE)) as http:
        issuer = kind(http)
        app = web.Application()
        app.add_routes(
            [
                web.get("/connect", issuer.connect),
                web.get("/callback", issuer.callback),
                web.get("/{path:.*}", issuer.document),
            ]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        issuer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield issuer
        finally:
            await runner.cleanup()


async def earner_connects(issuer: Issuer) -> None:
    """What the earner's browser does: it opens our page, and follows all redirects."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        await (await browser.get(f"{issuer.url}/connect")).read()


async def main(kind: type[Issuer] = Issuer) -> None:
    """Connect, award, push."""
    async with running(kind) as issuer:
        await earner_connects(issuer)
        identity = await issuer.identity()
        if identity is None:
            print("no Backpack is connected")
            return
        count = int(os.environ.get("BACKPACK_AWARDS", "1"))
        badges = [issuer.award(number, identity) for number in range(1, count + 1)]
        if os.environ.get("BACKPACK_AT_ONCE"):
            kept = await asyncio.gather(*map(issuer.push, badges))
        else:
            kept = [await issuer.push(badge) for badge in badges]
        print(f"{sum(kept)} of {count} badges are in the Backpack")


if __name__ == "__main__":
    asyncio.run(main())
