"""A tiny issuer made by hand: a site that serves what it is given, good badges, signatures."""

import base64
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from typing import Any

from aiohttp import web
from attrs import define, field
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from joserfc import jws
from joserfc.jwk import RSAKey

ADA = "ada@example.org"
GRACE = "grace@example.org"

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

GONE = object()
"""In `put`: the member is taken away."""

Document = dict[str, Any]
Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


@define
class Site:
    """Documents on a socket, and the paths that were asked for."""

    url: str = ""
    visits: list[str] = field(factory=list)
    _replies: dict[str, Reply] = field(factory=dict)

    def answer(self, path: str, reply: Reply) -> str:
        """Let a function answer at a path; the URL of it."""
        self._replies[path] = reply
        return self.url + path

    def host(self, path: str, content: Any, status: int = 200, **headers: str) -> str:
        """Serve bytes as they are, or anything else as JSON; the URL of it."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        written = {name.replace("_", "-"): value for name, value in headers.items()}

        async def reply(_request: web.Request) -> web.Response:
            return web.Response(
                body=body, status=status, headers={"Content-Type": "application/json", **written}
            )

        return self.answer(path, reply)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        self.visits.append(request.path)
        if request.path not in self._replies:
            return web.Response(status=404)
        return await self._replies[request.path](request)


@contextlib.asynccontextmanager
async def issuer_site() -> AsyncIterator[Site]:
    """A site on a free port of 127.0.0.1; it stops at once, whatever is still being sent."""
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        site.host("/image.png", PNG, Content_Type="image/png")
        yield site
    finally:
        await runner.cleanup()


@define
class Badge:
    """The documents of a good 1.0 badge, to be changed before they are hosted."""

    site: Site
    assertion: Document
    badge_class: Document
    issuer: Document

    def publish(self) -> str:
        """Host the three documents; the URL of the assertion."""
        self.site.host("/class", self.badge_class)
        self.site.host("/issuer", self.issuer)
        return self.site.host("/assertion", self.assertion)

    def sign(self, header: Document | None = None) -> str:
        """Host class, issuer and public key; the assertion as a JWS of that key."""
        self.publish()
        key_at = self.site.host("/key.pem", public_key(), Content_Type="text/plain")
        self.assertion["verify"] = {"type": "signed", "url": key_at}
        return signed(header or {"alg": "RS256"}, self.assertion)


def good_badge(site: Site, email: str = ADA) -> Badge:
    """A valid 1.0 badge for an earner, its recipient hashed and salted."""
    return Badge(
        site,
        assertion={
            "uid": "badge-1",
            "recipient": hashed(email, "sha256", "deadsea"),
            "badge": f"{site.url}/class",
            "verify": {"type": "hosted", "url": f"{site.url}/assertion"},
            "issuedOn": 1403784577,
        },
        badge_class={
            "name": "Difference engineer",
            "description": "Drew up a table of differences.",
            "image": f"{site.url}/image.png",
            "criteria": f"{site.url}/criteria",
            "issuer": f"{site.url}/issuer",
        },
        issuer={"name": "Analytical Society", "url": f"{site.url}/"},
    )


def flat_badge(site: Site, email: str = ADA) -> Document:
    """A valid 0.5 badge for an earner."""
    return {
        "recipient": email,
        "issued_on": "2012-03-04",
        "badge": {
            "version": "0.5.0",
            "name": "Difference engineer",
            "description": "Drew up a table of differences.",
            "image": "/image.png",
            "criteria": "/criteria",
            "issuer": {"origin": site.url, "name": "Analytical Society"},
        },
    }


def hashed(email: str, algorithm: str, salt: str | None) -> Document:
    """A recipient whose e-mail is hashed."""
    digest = hashlib.new(algorithm, (email + (salt or "")).encode()).hexdigest()
    recipient = {"identity": f"{algorithm}${digest}", "type": "email", "hashed": True}
    return recipient if salt is None else {**recipient, "salt": salt}


def plain(email: str) -> Document:
    """A recipient whose e-mail is readable."""
    return {"identity": email, "type": "email", "hashed": False}


def put(document: Document, member: str, value: Any) -> None:
    """Change the member at a dotted path, or take it away when the value is `GONE`."""
    *way, last = member.split(".")
    for name in way:
        document = document[name]
    if value is GONE:
        del document[last]
    else:
        document[last] = value


@cache
def private_key() -> RSAKey:
    """The issuer's key; made once, since it takes a while."""
    return RSAKey.generate_key(2048)


def public_key() -> bytes:
    """The issuer's public key in PEM."""
    return private_key().as_pem(private=False)


def signed(header: Document, payload: Any) -> str:
    """A compact JWS with a true RS256 signature, whatever its header claims."""
    if header == {"alg": "RS256"}:
        return jws.serialize_compact(header, json.dumps(payload), private_key())
    start = unsigned(header, payload)
    key = private_key().get_op_key("sign")
    return f"{start}.{base64url(key.sign(start.encode(), PKCS1v15(), hashes.SHA256()))}"


def unsigned(header: Any, payload: Any) -> str:
    """The first two parts of a compact JWS."""
    return ".".join(base64url(json.dumps(part).encode()) for part in (header, payload))


def base64url(content: bytes) -> str:
    """Base64 as in JWS: URL-safe, no padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
