"""A client of Badge Connect made by hand: registration, consent, tokens, pushes."""

import base64
import hashlib
import json
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urljoin, urlsplit

import aiohttp
from attrs import define, field

from tests.mock_backpack.hand_issuer import ADA, Document, Site

SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/"
READ, CREATE = f"{SCOPE}assertion.readonly", f"{SCOPE}assertion.create"
READ_PROFILE, UPDATE_PROFILE = f"{SCOPE}profile.readonly", f"{SCOPE}profile.update"
OFFLINE = "offline_access"
ALL = (CREATE, READ, READ_PROFILE, UPDATE_PROFILE, OFFLINE)
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@define
class Reply:
    """What came back."""

    status: int
    headers: Any
    body: Any
    text: str


@define
class Consumer:
    """A client of the Backpack at a URL, whose own pages are at a site."""

    http: aiohttp.ClientSession
    root: str
    site: str
    client: Document = field(factory=dict)
    tokens: Document = field(factory=dict)
    verifier: str = ""
    api: Document = field(factory=dict)

    async def ask(self, method: str, url: str, **options: Any) -> Reply:
        """One request; no redirect is followed."""
        async with self.http.request(method, url, allow_redirects=False, **options) as answer:
            text = await answer.text()
            body = json.loads(text) if "json" in answer.content_type else None
            return Reply(answer.status, answer.headers, body, text)

    async def discover(self) -> Document:
        """The entry of the manifest."""
        found = await self.ask("GET", f"{self.root}/.well-known/badgeconnect.json")
        self.api = found.body["badgeConnectAPI"][0]
        return self.api

    def metadata(self, **changes: Any) -> Document:
        """A right registration of this client, with changes; ``None`` takes a member away."""
        metadata = {**metadata_of(self.site), **changes}
        return {name: value for name, value in metadata.items() if value is not None}

    async def register(self, **changes: Any) -> Reply:
        """Register; the client is kept when that works."""
        if not self.api:
            await self.discover()
        reply = await self.ask("POST", self.api["registrationUrl"], json=self.metadata(**changes))
        if reply.status == 201:
            self.client = reply.body
        return reply

    def request(self, *scopes: str, **changes: Any) -> str:
        """The URL of an authorization request, with changes; ``None`` takes a parameter away."""
        self.verifier = secrets.token_urlsafe(40)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": self.client["redirect_uris"][0],
            "scope": " ".join(scopes or ALL),
            "state": "a state & more",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **changes,
        }
        right = {name: value for name, value in query.items() if value is not None}
        return f"{self.api['authorizationUrl']}?{urlencode(right)}"

    async def log_in(self, url: str, email: str = ADA) -> Reply:
        """The page at a URL, after a login if need be."""
        page = await self.ask("GET", url)
        while page.status == 303 and page.headers["Location"].startswith(("/", self.root)):
            url = urljoin(url, page.headers["Location"])
            page = await self.ask("GET", url)
        if 'name="email"' not in page.text:
            return page
        fields = {**dict(FIELD.findall(page.text)), "email": email}
        fields["then"] = fields["then"].replace("&amp;", "&")
        page = await self.ask("POST", urljoin(url, urlsplit(url).path), data=fields)
        return await self.ask("GET", urljoin(url, page.headers["Location"]))

    async def consent(self, url: str, email: str = ADA) -> dict[str, str]:
        """The parameters of the redirect when an earner grants access."""
        page = await self.log_in(url, email)
        if page.status == 303:
            return parameters_of(page)
        assert page.status == 200, page.text
        fields = {name: unescaped(value) for name, value in FIELD.findall(page.text)}
        [action] = re.findall(r'action="([^"]*/oauth/accept)"', page.text)
        return parameters_of(await self.ask("POST", urljoin(url, action), data=fields))

    def basic(self, client: Document | None = None) -> dict[str, str]:
        """The header of the client's credentials."""
        known = self.client if client is None else client
        pair = f"{quote_plus(known['client_id'])}:{quote_plus(known['client_secret'])}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    async def exchange(self, code: str, **changes: Any) -> Reply:
        """Trade a code for tokens."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client["redirect_uris"][0],
            "code_verifier": self.verifier,
            **changes,
        }
        return await self.token(form)

    async def refresh(self, **changes: Any) -> Reply:
        """Trade the refresh token for tokens."""
        form = {"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"]}
        return await self.token({**form, **changes})

    async def token(self, form: dict[str, Any], headers: Any = None) -> Reply:
        """Ask the token endpoint; new tokens are kept."""
        data = {name: value for name, value in form.items() if value is not None}
        sent = self.basic() if headers is None else headers
        reply = await self.ask("POST", self.api["tokenUrl"], data=data, headers=sent)
        if reply.status == 200:
            self.tokens = reply.body
        return reply

    async def connect(self, *scopes: str, email: str = ADA) -> Document:
        """Everything from the manifest to the tokens."""
        if not self.client:
            await self.register()
        back = await self.consent(self.request(*scopes), email)
        await self.exchange(back["code"])
        return self.tokens

    async def call(self, method: str, path: str, token: str | None = None, **options: Any) -> Reply:
        """A request below ``apiBase``; ``path`` may have a query."""
        used = self.tokens["access_token"] if token is None else token
        headers = {"Authorization": f"Bearer {used}"} if used else {}
        url = f"{self.api['apiBase']}{path}"
        return await self.ask(method, url, headers=headers | options.pop("headers", {}), **options)

    async def push(self, assertion: Document, **options: Any) -> Reply:
        """Push an assertion."""
        return await self.call("POST", "/assertions", json={"assertion": assertion}, **options)


def metadata_of(site: str) -> Document:
    """A right registration of a client at a site."""
    return {
        "client_name": "A school",
        "client_uri": f"{site}/",
        "logo_uri": f"{site}/logo.png",
        "tos_uri": f"{site}/terms",
        "policy_uri": f"{site}/privacy",
        "software_id": "by hand",
        "software_version": "1",
        "redirect_uris": [f"{site}/back"],
    }


def parameters_of(reply: Reply) -> dict[str, str]:
    """The parameters with which a browser is sent somewhere."""
    assert reply.status == 303, reply.text
    query = parse_qs(urlsplit(reply.headers["Location"]).query, keep_blank_values=True)
    return {name: values[0] for name, values in query.items()}


def unescaped(text: str) -> str:
    """A text of an attribute."""
    for entity, character in (("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(entity, character)
    return text.replace("&amp;", "&")


def modern_badge(site: Site, name: str = "one", email: str = ADA, **changes: Any) -> Document:
    """A right hosted assertion of Open Badges 2.0, with its documents."""
    context = "https://w3id.org/openbadges/v2"
    issuer = site.host(
        "/issuer2",
        {
            "@context": context,
            "id": f"{site.url}/issuer2",
            "type": "Issuer",
            "name": "A school",
            "url": f"{site.url}/",
            "email": "school@example.org",
            "publicKey": f"{site.url}/key2",
            "revocationList": f"{site.url}/revoked2",
        },
    )
    badge_class = site.host(
        f"/class2/{name}",
        {
            "@context": context,
            "id": f"{site.url}/class2/{name}",
            "type": "BadgeClass",
            "name": "Difference engine",
            "description": "Has built it",
            "image": f"{site.url}/image.png",
            "criteria": f"{site.url}/criteria",
            "issuer": issuer,
        },
    )
    assertion = {
        "@context": context,
        "id": f"{site.url}/assertion2/{name}",
        "type": "Assertion",
        "recipient": {"type": "email", "hashed": False, "identity": email},
        "badge": badge_class,
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2024-01-02T03:04:05Z",
        **changes,
    }
    site.host(f"/assertion2/{name}", assertion)
    return assertion
