"""A consumer of Open Badges 2.1 in Python, with aiohttp: it pushes badges, and reads them.

It finds the Backpack's manifest, registers, asks the earner for access, hosts its badges, pushes
them, refreshes its tokens, and handles a Backpack that is slow, overloaded or unreachable.
``backpack-conformance issuer --api ob2.1`` runs it once for each situation, with the URLs in
environment variables. It awards the badges and exits.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode, urljoin

from aiohttp import ClientError, ClientSession, ClientTimeout, CookieJar, web

TRIES = 5
PATIENCE = float(os.environ.get("ISSUER_PATIENCE", "10"))
"""Response timeout, in seconds."""
FIRST_WAIT = 0.2
MOVED, MOVES = (301, 302, 307, 308), 3
"""Statuses of a document that has moved, and how often we follow."""
SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/"
SCOPES = (f"{SCOPE}assertion.create", f"{SCOPE}assertion.readonly", "offline_access")
"""What we need."""
CONTEXT = "https://w3id.org/openbadges/v2"
IMAGE = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """A response of the Backpack, with its raw body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def members(self) -> dict[str, Any]:
        """The JSON object in the body; empty when there is none."""
        with contextlib.suppress(ValueError):
            value = json.loads(self.body)
            return value if isinstance(value, dict) else {}
        return {}

    @property
    def error(self) -> str:
        """Why a request was refused: ``error`` should be a text, but some send an array."""
        status = self.members.get("status")
        error = status.get("error") if isinstance(status, dict) else self.members.get("error")
        return error if isinstance(error, str) else json.dumps(error)


@dataclass
class Provider:
    """A Backpack, and what we have there."""

    number: int
    manifest_url: str
    api: dict[str, Any] | None = None
    """Its entry of the manifest."""
    tag: str = ""
    """The entity tag of the manifest that we have."""
    fresh_until: float = 0.0
    client: dict[str, Any] | None = None
    """The answer to our registration."""
    tokens: dict[str, str] | None = None
    must_ask_again: bool = False
    """Whether we lost our registration, and the earner has to grant access anew."""
    refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True)
class Pending:
    """An authorization request that we wait for."""

    provider: Provider
    verifier: str


class Consumer:
    """Our site, one earner's Backpacks, and our badges."""

    scopes = SCOPES

    def __init__(self, http: ClientSession, environment: Mapping[str, str]) -> None:
        self.http = http
        self.environment = environment
        """The variables of the environment."""
        self.url = ""
        """Our own origin."""
        self.providers: list[Provider] = []
        self.pending: dict[str, Pending] = {}
        """By state."""
        self.documents: dict[str, bytes] = {}

    # Requests

    async def ask(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        """One request; OSError or ClientError without a response."""
        async with self.http.request(
            method, url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def patiently(
        self, method: str, url: str, body: bytes | None = None, **headers: str
    ) -> Answer | None:
        """Retry until there is a final response; ``None`` after the last try."""
        wait = FIRST_WAIT
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for _ in range(TRIES):
            try:
                answer = await self.ask(method, url, body, named)
            except (ClientError, OSError):
                await asyncio.sleep(wait)
            else:
                if answer.status != 429 and answer.status < 500:
                    return answer
                await asyncio.sleep(self.retry_after(answer, wait))
            wait *= 2
        return None

    def retry_after(self, answer: Answer, usual: float) -> float:
        """Seconds to wait: from Retry-After, or our default."""
        delay = answer.headers.get("Retry-After", "")
        if delay.isdecimal():
            return float(delay)
        with contextlib.suppress(ValueError):
            return max(parsedate_to_datetime(delay).timestamp() - time.time(), 0) + usual
        return usual

    # The manifest

    async def find(self, provider: Provider) -> dict[str, Any] | None:
        """The API of a Backpack, from its manifest; asked for again when its time is over."""
        if provider.api is None or time.monotonic() >= provider.fresh_until:
            known = {"If_None_Match": provider.tag} if provider.api and provider.tag else {}
            answer = await self.manifest(provider.manifest_url, **known)
            if answer is None or answer.status != 304:
                is_there = answer is not None and answer.status == 200
                provider.api = self.endpoints(answer, provider) if answer and is_there else None
                provider.tag = answer.headers.get("ETag", "") if answer else ""
            provider.fresh_until = time.monotonic() + self.lifetime(answer)
        return provider.api

    async def manifest(self, url: str, **headers: str) -> Answer | None:
        """The answer to a request for the manifest, which may have moved."""
        answer = None
        for _ in range(MOVES):
            answer = await self.patiently("GET", url, Accept="application/json", **headers)
            if answer is None or answer.status not in MOVED:
                break
            url = urljoin(url, answer.headers.get("Location", ""))
        return answer

    def endpoints(self, answer: Answer, provider: Provider) -> dict[str, Any] | None:
        """The API that a manifest announces."""
        listed = answer.members.get("badgeConnectAPI")
        return self.chosen(listed if isinstance(listed, list) else [])

    def chosen(self, listed: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The entry of the version that we speak."""
        return next((entry for entry in listed if entry.get("version") == "v2p1"), None)

    def lifetime(self, answer: Answer | None) -> float:
        """Seconds for which we may keep the manifest."""
        control = answer.headers.get("Cache-Control", "") if answer else ""
        match = re.search(r"max-age=(\d+)", control)
        return float(match[1]) if match else 0.0

    # Registration

    def metadata(self, provider: Provider) -> dict[str, Any]:
        """What we say of ourselves; each Backpack gets a redirect URI of its own."""
        return {
            "client_name": "Analytical Society",
            "client_uri": f"{self.url}/",
            "logo_uri": f"{self.url}/logo",
            "tos_uri": f"{self.url}/terms",
            "policy_uri": f"{self.url}/privacy",
            "software_id": "example-consumer",
            "software_version": "1",
            "redirect_uris": [f"{self.url}/callback/{provider.number}"],
            "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "scope": " ".join(self.scopes),
        }

    async def register(self, provider: Provider) -> dict[str, Any] | None:
        """Our registration, which is made when there is none, or when its secret has expired."""
        api = await self.find(provider)
        if api is None:
            return None
        expires = provider.client["client_secret_expires_at"] if provider.client else 0
        if provider.client is None or 0 < expires <= time.time():
            body = json.dumps(self.metadata(provider)).encode()
            url = api["registrationUrl"]
            answer = await self.patiently("POST", url, body, Content_Type="application/json")
            is_done = answer is not None and answer.status == 201
            provider.client = answer.members if answer and is_done else None
        return provider.client

    def basic(self, client: Mapping[str, Any]) -> str:
        """Our credentials, form-encoded first (RFC 6749, section 2.3.1)."""
        pair = f"{quote_plus(client['client_id'])}:{quote_plus(client['client_secret'])}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    # Access

    async def connect(self, request: web.Request) -> web.Response:
        """Send the earner to a Backpack."""
        provider = self.providers[int(request.match_info["number"])]
        client = await self.register(provider)
        if client is None or provider.api is None:
            return web.Response(status=502, text="This Backpack cannot be connected.")
        state, verifier = self.new_state(), self.new_verifier()
        self.pending[state] = Pending(provider, verifier)
        query = urlencode(self.authorization(client, provider, state, verifier))
        ask = web.HTTPFound(f"{provider.api['authorizationUrl']}?{query}")
        ask.set_cookie("state", state, httponly=True)
        raise ask

    def authorization(
        self, client: Mapping[str, Any], provider: Provider, state: str, verifier: str
    ) -> dict[str, str]:
        """The parameters of an authorization request."""
        digest = hashlib.sha256(verifier.encode()).digest()
        return {
            "response_type": "code",
            "client_id": client["client_id"],
            "redirect_uri": self.redirect_uri(provider),
            "scope": self.scope(client),
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }

    def new_state(self) -> str:
        """A value that nobody guesses."""
        return secrets.token_urlsafe(16)

    def new_verifier(self) -> str:
        """A secret for one request (RFC 7636)."""
        return secrets.token_urlsafe(32)

    def redirect_uri(self, provider: Provider) -> str:
        """Where this Backpack sends the earner back."""
        return str(self.metadata(provider)["redirect_uris"][0])

    def scope(self, client: Mapping[str, Any]) -> str:
        """What we need, as far as it was registered."""
        registered = client["scope"].split()
        return " ".join(scope for scope in self.scopes if scope in registered)

    async def callback(self, request: web.Request) -> web.Response:
        """The earner returns: trade the code if the state is ours, and of this Backpack."""
        parameters = request.query
        pending = self.expected(request)
        if pending is None:
            return web.Response(status=403, text="Please connect your Backpack again.")
        if "error" in parameters:
            return web.Response(text="Your Backpack was not connected.")
        await self.exchange(pending, parameters["code"])
        return web.Response(text="Your Backpack is connected.")

    def expected(self, request: web.Request) -> Pending | None:
        """The request that a callback answers; ``None`` when we made none."""
        state = request.query.get("state", "")
        pending = self.pending.pop(state, None)
        if pending is None or request.cookies.get("state") != state:
            return None
        is_of_it = str(pending.provider.number) == request.match_info["number"]
        return pending if is_of_it else None

    # Tokens

    async def exchange(self, pending: Pending, code: str) -> None:
        """Trade a code for tokens."""
        provider = pending.provider
        client = provider.client or {}
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri(provider),
            "scope": self.scope(client),
            "code_verifier": pending.verifier,
        }
        answer = await self.trade(provider, form)
        if answer is not None and answer.status == 200:
            self.keep(provider, answer.members, form["scope"])

    async def trade(self, provider: Provider, form: Mapping[str, str]) -> Answer | None:
        """Ask the token endpoint; when our secret has expired, our registration is gone."""
        if provider.api is None or provider.client is None:
            return None
        url, body = provider.api["tokenUrl"], urlencode(form).encode()
        basic = self.basic(provider.client)
        answer = await self.patiently("POST", url, body, Authorization=basic, Content_Type=FORM)
        if answer is not None and answer.members.get("error") == "invalid_client":
            self.forget(provider)
        return answer

    def forget(self, provider: Provider) -> None:
        """Our registration is of no use any more."""
        provider.client = provider.tokens = None
        provider.must_ask_again = True

    def keep(self, provider: Provider, answer: Mapping[str, Any], asked: str) -> None:
        """Store tokens; what an answer does not say stays as it was."""
        before = provider.tokens or {}
        refresh = answer.get("refresh_token") or before.get("refresh_token", "")
        scope = answer.get("scope") or before.get("scope", asked)
        provider.tokens = {
            "access_token": answer["access_token"],
            "refresh_token": refresh,
            "scope": scope,
        }

    async def renew(self, provider: Provider, old: str) -> bool:
        """Refresh once for all workers with the expired token."""
        async with provider.refreshing:
            if provider.tokens is None or provider.tokens["access_token"] != old:
                return provider.tokens is not None
            if not provider.tokens["refresh_token"]:
                provider.tokens, provider.must_ask_again = None, True
                return False
            answer = await self.trade(provider, self.refresh_form(provider.tokens))
            if answer is None or answer.status != 200:
                provider.tokens = None  # the earner has to connect again
                return False
            self.keep(provider, answer.members, provider.tokens["scope"])
            return True

    def refresh_form(self, tokens: Mapping[str, str]) -> dict[str, str]:
        """The fields of a refresh."""
        return {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}

    async def disconnect(self, provider: Provider) -> None:
        """Give up our tokens."""
        api = await self.find(provider)
        if api is None or not api.get("tokenRevocationUrl") or not provider.tokens:
            return
        token = provider.tokens["refresh_token"] or provider.tokens["access_token"]
        basic = self.basic(provider.client or {})
        body = urlencode({"token": token}).encode()
        url = api["tokenRevocationUrl"]
        await self.patiently("POST", url, body, Authorization=basic, Content_Type=FORM)
        provider.tokens = None

    # Badges

    async def call(
        self,
        provider: Provider,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "application/json",
    ) -> Answer | None:
        """A request below ``apiBase``; the token is renewed once when it has expired."""
        answer = None
        for _ in range(2):
            api = await self.find(provider)
            if api is None or provider.tokens is None:
                return answer
            token = provider.tokens["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            if body is not None:
                headers["Content_Type"] = kind
            url = path if path.startswith("http") else f"{api['apiBase']}{path}"
            answer = await self.patiently(method, url, body, **headers)
            if answer is None or answer.status != 401 or self.is_forbidden(answer):
                return answer
            if not await self.renew(provider, token):
                return answer
        return answer

    def is_forbidden(self, answer: Answer) -> bool:
        """Whether the token lacks a scope, so that another one would not help."""
        status = answer.members.get("status")
        return isinstance(status, dict) and status.get("statusText") == "PERMISSION_DENIED"

    async def push(self, provider: Provider, assertion: Mapping[str, Any]) -> bool:
        """Push a badge; whether it is in the Backpack."""
        if provider.tokens is None or self.scopes[0] not in provider.tokens["scope"].split():
            return False
        answer = await self.call(provider, "POST", "/assertions", self.pushed(assertion))
        if provider.must_ask_again:
            return False
        if answer is not None and not self.is_done(answer):
            print(f"the Backpack does not take the badge: {answer.error}")
        return answer is not None and self.is_done(answer)

    def pushed(self, assertion: Mapping[str, Any]) -> bytes:
        """The body of a push."""
        return json.dumps({"assertion": assertion}).encode()

    def is_done(self, answer: Answer) -> bool:
        """Whether a badge was taken; some Backpacks answer 201."""
        return answer.status in (200, 201)

    async def read(self, provider: Provider) -> list[Any]:
        """The earner's badges, from all pages."""
        badges: list[Any] = []
        path: str | None = "/assertions?limit=50"
        while path:
            answer = await self.call(provider, "GET", path)
            if answer is None or answer.status != 200:
                break
            badges += self.listed(answer)
            path = self.following(answer)
        return badges

    def listed(self, answer: Answer) -> list[Any]:
        """The badges of a page; an array may be missing, or null."""
        members = answer.members
        return [*(members.get("assertions") or ()), *(members.get("signedAssertions") or ())]

    def following(self, answer: Answer) -> str | None:
        """The URL of the next page (RFC 8288)."""
        match = re.search(r'<([^>]+)>\s*;\s*rel="next"', answer.headers.get("Link", ""))
        return match[1] if match else None

    # Our documents

    def host(self, path: str, type_: str, **members: Any) -> dict[str, Any]:
        """Host a document of Open Badges 2.0."""
        document = {"@context": CONTEXT, "id": self.url + path, "type": type_, **members}
        self.documents[path] = json.dumps(document).encode()
        return document

    def award(self, number: int) -> dict[str, Any]:
        """Award a badge to the earner; its assertion."""
        issuer = self.host("/issuer", "Issuer", name="Analytical Society", url=f"{self.url}/")
        badge = self.host(
            "/badge",
            "BadgeClass",
            name="Engineer",
            description="Drew up a table of differences.",
            image=IMAGE,
            criteria=f"{self.url}/criteria",
            issuer=issuer["id"],
        )
        return self.host(
            f"/assertions/{number}",
            "Assertion",
            recipient=self.recipient(),
            badge=badge["id"],
            verification={"type": "HostedBadge"},
            issuedOn=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def recipient(self) -> dict[str, Any]:
        """The earner's e-mail address, hashed."""
        salt = secrets.token_hex(8)
        digest = hashlib.sha256(f"{self.environment['BACKPACK_EARNER']}{salt}".encode()).hexdigest()
        return {"type": "email", "hashed": True, "salt": salt, "identity": f"sha256${digest}"}

    async def document(self, request: web.Request) -> web.Response:
        """Serve a stored document."""
        found = self.documents.get(request.path)
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found, content_type="application/json")


Kind = TypeVar("Kind", bound=Consumer)


@contextlib.asynccontextmanager
async def running(kind: type[Kind], environment: Mapping[str, str]) -> AsyncIterator[Kind]:
    """A consumer whose site runs during the block."""
    async with ClientSession(timeout=ClientTimeout(total=PATIENCE)) as http:
        consumer = kind(http, environment)
        app = web.Application()
        app.add_routes(
            [
                web.get("/connect/{number}", consumer.connect),
                web.get("/callback/{number}", consumer.callback),
                web.get("/{path:.*}", consumer.document),
            ]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        consumer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield consumer
        finally:
            await runner.cleanup()


async def earner_connects(consumer: Consumer, provider: Provider) -> None:
    """The earner's browser: opens our page and follows all redirects."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        await (await browser.get(f"{consumer.url}/connect/{provider.number}")).read()


async def connected(consumer: Consumer, manifest_url: str) -> Provider:
    """A Backpack to which the earner has connected us, if she does."""
    provider = Provider(len(consumer.providers), manifest_url)
    consumer.providers.append(provider)
    await earner_connects(consumer, provider)
    return provider


async def award_all(consumer: Consumer, provider: Provider) -> None:
    """Award and push the badges; connect again when our registration was lost meanwhile."""
    count = int(consumer.environment.get("BACKPACK_AWARDS", "1"))
    kept = 0
    for number in range(1, count + 1):
        assertion = consumer.award(number)
        for _ in range(2):
            if provider.must_ask_again:
                provider.must_ask_again = False
                await earner_connects(consumer, provider)
            if await consumer.push(provider, assertion):
                kept += 1
                break
            if not provider.must_ask_again:
                break
    print(f"{kept} of {count} badges are in the Backpack")


async def main(
    kind: type[Consumer] = Consumer, environment: Mapping[str, str] = os.environ
) -> None:
    """Connect, award, push; read and disconnect if the environment asks for it."""
    async with running(kind, environment) as consumer:
        provider = await connected(consumer, environment["BACKPACK_MANIFEST"])
        if other := environment.get("BACKPACK_OTHER_URL"):
            await connected(consumer, f"{other}/.well-known/badgeconnect.json")
        if environment.get("BACKPACK_READ"):
            print(f"{len(await consumer.read(provider))} badges are in the Backpack")
        await award_all(consumer, provider)
        if environment.get("BACKPACK_DISCONNECT"):
            await consumer.disconnect(provider)


if __name__ == "__main__":
    asyncio.run(main())
