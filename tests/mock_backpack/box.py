"""A sandbox of the mock and an issuer by hand, for tests of the judges of issuers."""

from urllib.parse import parse_qsl, urlsplit

from attrs import define, evolve

from tests.mock_backpack.earner import Tokens, bearer, push, refresh, send
from tests.mock_backpack.hand_issuer import ADA, good_badge

STATE = "0123456789abcdef0123"


@define
class Box:
    """A sandbox, and an issuer whose site is up."""

    http: object
    url: str
    site: object
    tokens: Tokens | None = None

    async def control(self, method, path, **options):
        """Work a control."""
        return (await send(self.http, method, f"{self.url}/_mock{path}", **options)).json

    async def enter(self, situation):
        """Reset into a situation, with a fresh grant."""
        await self.control("PUT", "/situation", json={"situation": situation})
        self.tokens = await self.grant()

    async def grant(self):
        """A grant without a callback."""
        granted = await self.control(
            "POST", "/grants", json={"earner": ADA, "origin": self.site.url}
        )
        return Tokens(**{name: granted[name] for name in Tokens.__annotations__})

    async def connect(self, state=STATE):
        """A browser comes back to the callback."""
        callback = f"{self.site.url}/callback?state={state}"
        params = {"scope": "issue", "callback": callback}
        answer = await send(self.http, "GET", f"{self.url}/access", params=params)
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def badge(self, name="one", email=ADA):
        """Host a good badge; its URL."""
        made = good_badge(self.site, email)
        made.assertion |= {"uid": name}
        made.assertion["verify"] = {"type": "hosted", "url": f"{self.site.url}/{name}"}
        made.publish()
        return self.site.host(f"/{name}", made.assertion)

    async def push(self, badge=None):
        """Push a badge; the status, or ``None`` when there is no answer."""
        try:
            return (await push(self.http, self.tokens, badge or self.badge())).status
        except OSError:
            return None

    async def identity(self):
        """Ask for the identity."""
        headers = bearer(self.tokens.access_token)
        return await send(self.http, "GET", f"{self.tokens.api_root}/identity", headers=headers)

    async def refresh(self, tokens=None):
        """Trade the refresh token; whether there is a new pair, which is then used."""
        try:
            answer = await refresh(self.http, tokens or self.tokens)
        except OSError:
            return False
        if answer.status == 200:
            renewed = {**answer.json, "expires": str(answer.json["expires"])}
            self.tokens = evolve(self.tokens, **renewed)
        return answer.status == 200

    async def outcome(self, requirement):
        """The outcome of a requirement, with what was seen when it failed."""
        verdict = await self.control("GET", "/verdict")
        (ruling,) = [ruling for ruling in verdict["requirements"] if ruling["id"] == requirement]
        if ruling["outcome"] != "failed":
            return ruling["outcome"]
        return f"failed: {ruling['findings'][0]['saw']}"

    async def failed(self):
        """The requirements that the issuer broke."""
        return (await self.control("GET", "/verdict"))["failed"]

    async def reason(self, requirement):
        """Why a requirement is untested."""
        verdict = await self.control("GET", "/verdict")
        (ruling,) = [ruling for ruling in verdict["requirements"] if ruling["id"] == requirement]
        assert ruling["outcome"] == "untested", ruling
        return ruling["reason"]
