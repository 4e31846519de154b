"""The issuer of ``issuer.py``, each with one mistake that real issuers made.

``python mistakes.py NAME`` runs it; the verdict names the requirement in the table at the end.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

sys.path.insert(0, str(Path(__file__).parent))  # also where PYTHONSAFEPATH is set

from issuer import Answer, Grant, Issuer, main


class SendsTheRawToken(Issuer):
    """The token is not encoded in base64."""

    def authorization(self, token: str) -> str:
        return f"Bearer {token}"


class EncodesTwice(Issuer):
    """Two layers of the program encode the token in base64."""

    def authorization(self, token: str) -> str:
        return super().authorization(base64.b64encode(token.encode()).decode())


class GuessesTheApi(Issuer):
    """The api_root of the callback is ignored; the API is expected on the access page's host."""

    def root(self) -> str:
        return f"{os.environ['BACKPACK_URL']}/api"


class LabelsAQuerystringAsJson(Issuer):
    """The body is a querystring with a JSON content type, as in the example of the API document."""

    def body(self, parameters: Mapping[str, Any], headers: dict[str, str]) -> bytes:
        headers["Content-Type"] = "application/json"
        return urlencode(parameters).encode()


class PushesTheAssertionItself(Issuer):
    """The whole document is pushed instead of its URL."""

    async def push(self, assertion: str) -> bool:
        document = json.loads(self.documents[assertion.removeprefix(self.url)])
        answer = await self.patiently("POST", "issue", {"badge": document})
        return answer is not None and answer.status == 201


class IgnoresTheDenial(Issuer):
    """The callback's error is ignored: missing parameters become empty strings."""

    async def callback(self, request: web.Request) -> web.Response:
        parameters = request.query
        root = parameters.get("api_root", f"{os.environ['BACKPACK_URL']}/api")
        self.grant = Grant(
            parameters.get("access_token", "undefined"),
            parameters.get("refresh_token", "undefined"),
            root,
        )
        return web.Response(text="Your Backpack is connected.")


class KeepsTheOldRefreshToken(Issuer):
    """After a refresh only the access token is stored."""

    def keep(self, access_token: str, refresh_token: str) -> None:
        old = self.grant.refresh_token if self.grant else refresh_token
        super().keep(access_token, old)


class DoesNotPushAgain(Issuer):
    """After a refresh the refused badge is not pushed again."""

    async def push(self, assertion: str) -> bool:
        token = self.grant.access_token if self.grant else ""
        answer = await self.ask("POST", "issue", {"badge": assertion}, token)
        return answer.status == 201 or (await self.renew(token) and False)


class RefreshesInEveryWorker(Issuer):
    """Each worker with the expired token refreshes on its own."""

    async def renew(self, old: str) -> bool:
        answer = await self.refreshed(self.grant.refresh_token) if self.grant else None
        if answer is None:
            return self.grant is not None
        tokens = json.loads(answer.body)
        self.keep(tokens["access_token"], tokens["refresh_token"])
        return True


class TakesOnly200AsSuccess(Issuer):
    """201 and 304 look like failures, so the badge is pushed again and again."""

    async def push(self, assertion: str) -> bool:
        for _ in range(4):
            answer = await self.patiently("POST", "issue", {"badge": assertion})
            if answer is None or answer.status == 200:
                return answer is not None
        return False


class SaltsAtEachFetch(Issuer):
    """The assertion is created again at each fetch, with a new salt."""

    async def document(self, request: web.Request) -> web.Response:
        served = await super().document(request)
        document = json.loads(served.body or b"{}")
        if "recipient" in document:
            salt = secrets.token_hex(8)
            address = os.environ["BACKPACK_EARNER"]
            digest = hashlib.sha256((address + salt).encode()).hexdigest()
            document["recipient"] |= {"identity": f"sha256${digest}", "salt": salt}
        return web.json_response(document)

    async def identity(self) -> Mapping[str, str] | None:
        return {"recipient": "", "salt": "", "type": "email"} if self.grant else None


class WritesIssued_on(Issuer):  # noqa: N801 - it shows the member
    """The member ``issuedOn`` is spelled as it was in 0.5."""

    def assertion(self, path: str, badge: str, identity: Mapping[str, str]) -> dict[str, Any]:
        document = super().assertion(path, badge, identity)
        document["issued_on"] = document.pop("issuedOn")
        return document


class ServesHtml(Issuer):
    """The assertion is served as text/html."""

    async def document(self, request: web.Request) -> web.Response:
        served = await super().document(request)
        return web.Response(body=served.body, content_type="text/html")


class NamesAnotherOrigin(Issuer):
    """The issuer document names the parent organisation's site."""

    def write(self, path: str, document: Mapping[str, Any]) -> str:
        if path == "/issuer":
            document = {**document, "url": "https://www.example.org"}
        return super().write(path, document)


class CutsTokens(Issuer):
    """The column of the database is too short."""

    def keep(self, access_token: str, refresh_token: str) -> None:
        super().keep(access_token[:100], refresh_token[:100])

    async def callback(self, request: web.Request) -> web.Response:
        answer = await super().callback(request)
        if self.grant is not None:
            self.keep(self.grant.access_token, self.grant.refresh_token)
        return answer


class LosesThePlus(Issuer):
    """The callback's query is decoded twice: a plus becomes a blank."""

    async def callback(self, request: web.Request) -> web.Response:
        answer = await super().callback(request)
        if self.grant is not None:
            access, refresh = self.grant.access_token, self.grant.refresh_token
            self.keep(access.replace("+", " "), refresh.replace("+", " "))
        return answer


class PushesOnAfterRevocation(Issuer):
    """A refused refresh is not the end: the worker tries for ever, here five times."""

    async def renew(self, old: str) -> bool:
        if self.grant is not None:
            answer = await self.refreshed(self.grant.refresh_token)
            if answer is not None:
                tokens = json.loads(answer.body)
                self.keep(tokens["access_token"], tokens["refresh_token"])
        return True


class HasNoState(Issuer):
    """The callback contains no random value."""

    async def connect(self, _request: web.Request) -> web.Response:
        access = os.environ["BACKPACK_ACCESS_URL"]
        raise web.HTTPFound(f"{access}?scope=issue&callback={self.url}/callback")

    def is_expected(self, request: web.Request) -> bool:
        return True


class ForgetsToCheckTheState(Issuer):
    """The value is sent, but not checked in the callback."""

    def is_expected(self, request: web.Request) -> bool:
        return True


class CarriesTokensAlong(Issuer):
    """Redirects are followed with the token, to any host."""

    async def ask(
        self,
        method: str,
        endpoint: str,
        parameters: Mapping[str, Any] | None = None,
        token: str = "",
    ) -> Answer:
        answer = await super().ask(method, endpoint, parameters, token)
        if answer.status not in (307, 308):
            return answer
        headers = {"Authorization": self.authorization(token)}
        async with self.http.request(method, answer.headers["Location"], headers=headers) as other:
            return Answer(other.status, other.headers, await other.read())


class DoesNotWait(Issuer):
    """Retry-After is ignored."""

    def retry_after(self, answer: Answer, usual: float) -> float:
        return 0.05


class GivesUpAtOnce(Issuer):
    """A failed push is logged and not repeated."""

    async def patiently(
        self, method: str, endpoint: str, parameters: Mapping[str, Any] | None = None
    ) -> Answer | None:
        if self.grant is None:
            return None
        try:
            return await self.ask(method, endpoint, parameters, self.grant.access_token)
        except OSError:
            return None


class HashesTheIdentityAgain(Issuer):
    """The recipient is treated as an e-mail address and hashed."""

    def recipient(self, identity: Mapping[str, str]) -> dict[str, Any]:
        recipient = super().recipient(identity)
        digest = hashlib.sha256((recipient["identity"] + recipient["salt"]).encode()).hexdigest()
        return {**recipient, "identity": f"sha256${digest}"}


class MistypesTheCase(Issuer):
    """The recipient is the e-mail address that the earner typed."""

    async def identity(self) -> Mapping[str, str] | None:
        return {"recipient": "", "salt": "", "type": ""} if self.grant else None

    def recipient(self, identity: Mapping[str, str]) -> dict[str, Any]:
        address = os.environ["BACKPACK_EARNER"].title()
        digest = hashlib.sha256(address.encode()).hexdigest()
        return {"identity": f"sha256${digest}", "type": "email", "hashed": True}


MISTAKES: Mapping[str, tuple[type[Issuer], str, str]] = {
    "raw-token": (SendsTheRawToken, "BC-CLIENT-01", "healthy"),
    "base64-twice": (EncodesTwice, "BC-CLIENT-01", "healthy"),
    "guessed-api-root": (GuessesTheApi, "BC-CLIENT-02", "api-root-elsewhere"),
    "querystring-as-json": (LabelsAQuerystringAsJson, "BC-CLIENT-03", "healthy"),
    "assertion-object": (PushesTheAssertionItself, "BC-CLIENT-04", "healthy"),
    "ignored-denial": (IgnoresTheDenial, "BC-CLIENT-05", "earner-denies"),
    "old-refresh-token": (KeepsTheOldRefreshToken, "BC-CLIENT-06", "expires-twice"),
    "no-second-push": (DoesNotPushAgain, "BC-CLIENT-06", "expired-token"),
    "refresh-race": (RefreshesInEveryWorker, "BC-CLIENT-07", "parallel-workers"),
    "only-200": (TakesOnly200AsSuccess, "BC-CLIENT-08", "healthy"),
    "changing-salt": (SaltsAtEachFetch, "BC-CLIENT-09", "healthy"),
    "issued_on": (WritesIssued_on, "BC-CLIENT-09", "healthy"),
    "served-as-html": (ServesHtml, "BC-CLIENT-09", "healthy"),
    "other-origin": (NamesAnotherOrigin, "BC-CLIENT-09", "healthy"),
    "cut-tokens": (CutsTokens, "BC-CLIENT-10", "long-tokens"),
    "lost-plus": (LosesThePlus, "BC-CLIENT-10", "odd-tokens"),
    "deaf-to-revocation": (PushesOnAfterRevocation, "BC-CLIENT-11", "revoked"),
    "no-state": (HasNoState, "BC-CLIENT-12", "healthy"),
    "unchecked-state": (ForgetsToCheckTheState, "BC-CLIENT-12", "forged-callback"),
    "planted-api-root": (ForgetsToCheckTheState, "BC-CLIENT-13", "planted-api-root"),
    "token-follows-redirect": (CarriesTokensAlong, "BC-CLIENT-13", "redirected-elsewhere"),
    "ignored-retry-after": (DoesNotWait, "BC-CLIENT-14", "busy"),
    "no-second-try": (GivesUpAtOnce, "BC-CLIENT-14", "answer-lost"),
    "hashed-identity": (HashesTheIdentityAgain, "BC-CLIENT-15", "healthy"),
    "case-of-the-address": (MistypesTheCase, "BC-CLIENT-15", "healthy"),
}
"""By name: the issuer class, the requirement, and a situation that shows the mistake."""

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=MISTAKES)
    asyncio.run(main(MISTAKES[parser.parse_args().name][0]))
