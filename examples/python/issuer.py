"""A badge issuer in Python, with aiohttp.

It asks an earner for access, hosts its badges, pushes them, refreshes its tokens, and handles a
Backpack that is slow, overloaded or unreachable. ``backpack-conformance issuer`` runs it once for
each situation, with the URLs in environment variables. It awards the badges and exits.
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
"""The badge is in the Backpack: accepted now, or earlier."""
TRIES = 5
PATIENCE = float(os.environ.get("ISSUER_PATIENCE", "10"))
"""Response timeout, in seconds."""
FIRST_WAIT = 0.2
IMAGE = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E"


@dataclass(frozen=True)
class Grant:
    """The grant of the earner."""

    access_token: str
    refresh_token: str
    api_root: str


@dataclass(frozen=True)
class Answer:
    """A response of the Backpack, with its raw body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Issuer:
    """One earner's connection, and our badges."""

    def __init__(self, http: ClientSession) -> None:
        self.http = http
        self.url = ""
        """Our own origin."""
        self.grant: Grant | None = None
        self.documents: dict[str, bytes] = {}
        self.refreshing = asyncio.Lock()

    # Our site

    async def connect(self, _request: web.Request) -> web.Response:
        """Send the earner to the Backpack; the callback contains the state."""
        state = secrets.token_urlsafe(16)
        callback = f"{self.url}/callback?state={state}"
        ask = web.HTTPFound(f"{os.environ['BACKPACK_ACCESS_URL']}?scope=issue&callback={callback}")
        ask.set_cookie("state", state, httponly=True)
        raise ask

    async def callback(self, request: web.Request) -> web.Response:
        """The earner returns: store the grant if the state is ours."""
        parameters = request.query
        if not self.is_expected(request):
            return web.Response(status=403, text="Please connect your Backpack again.")
        if "error" in parameters:
            return web.Response(text="Your Backpack was not connected.")
        self.grant = Grant(
            parameters["access_token"], parameters["refresh_token"], parameters["api_root"]
        )
        return web.Response(text="Your Backpack is connected.")

    def is_expected(self, request: web.Request) -> bool:
        """Whether the state of the callback is that of this browser."""
        state = request.cookies.get("state", "")
        return state != "" and secrets.compare_digest(state, request.query.get("state", ""))

    async def document(self, request: web.Request) -> web.Response:
        """Serve a stored document, for GET and HEAD."""
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
        """The values from identity, unchanged."""
        return {
            "identity": identity["recipient"],
            "salt": identity["salt"],
            "type": identity["type"],
            "hashed": True,
        }

    # The API

    def authorization(self, token: str) -> str:
        """The header contains the access token in base64."""
        return f"Bearer {base64.b64encode(token.encode()).decode()}"

    async def ask(
        self,
        method: str,
        endpoint: str,
        parameters: Mapping[str, Any] | None = None,
        token: str = "",
    ) -> Answer:
        """One request below ``api_root``; OSError or ClientError without a response."""
        headers = {"Authorization": self.authorization(token)} if token else {}
        body = None if parameters is None else self.body(parameters, headers)
        url = f"{self.root()}/{endpoint}"
        async with self.http.request(
            method, url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    def root(self) -> str:
        """The api_root from the callback."""
        return self.grant.api_root if self.grant else ""

    def body(self, parameters: Mapping[str, Any], headers: dict[str, str]) -> bytes:
        """Parameters are JSON."""
        headers["Content-Type"] = "application/json"
        return json.dumps(parameters).encode()

    async def patiently(
        self, method: str, endpoint: str, parameters: Mapping[str, Any] | None = None
    ) -> Answer | None:
        """Retry until there is a final response; ``None`` after the last try."""
        wait = FIRST_WAIT
        for _ in range(TRIES):
            if self.grant is None:
                return None
            token = self.grant.access_token
            try:
                answer = await self.ask(method, endpoint, parameters, token)
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
        """Seconds to wait: from Retry-After, or our default."""
        delay = answer.headers.get("Retry-After", "")
        if delay.isdecimal():
            return float(delay)
        with contextlib.suppress(ValueError):
            return max(parsedate_to_datetime(delay).timestamp() - time.time(), 0) + usual
        return usual

    async def push(self, assertion: str) -> bool:
        """Push a badge; whether it is in the Backpack."""
        answer = await self.patiently("POST", "issue", {"badge": assertion})
        return answer is not None and answer.status in DONE

    async def identity(self) -> Mapping[str, str] | None:
        """The earner's identity."""
        answer = await self.patiently("GET", "identity")
        if answer is None or answer.status != 200:
            return None
        identity: dict[str, str] = json.loads(answer.body)
        return identity

    async def renew(self, old: str) -> bool:
        """Refresh once for all workers with the expired token."""
        async with self.refreshing:
            if self.grant is None or self.grant.access_token != old:
                return self.grant is not None
            answer = await self.refreshed(self.grant.refresh_token)
            if answer is None:
                self.grant = None  # the earner has to connect again
                return False
            tokens = json.loads(answer.body)
            self.keep(tokens["access_token"], tokens["refresh_token"])
            return True

    async def refreshed(self, refresh_token: str) -> Answer | None:
        """Use a refresh token; ``None`` if it is refused."""
        parameters = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        lost = 0
        for _ in range(TRIES):
            try:
                answer = await self.ask("POST", "token", parameters)
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
        """Store both new tokens."""
        self.grant = Grant(access_token, refresh_token, self.root())


@contextlib.asynccontextmanager
async def running(kind: type[Issuer]) -> AsyncIterator[Issuer]:
    """An issuer whose site runs during the block."""
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
    """The earner's browser: opens our page and follows all redirects."""
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
