"""The consumer of ``consumer.py``, each with one mistake that real consumers made.

``python consumer_mistakes.py NAME`` runs it; the verdict names the requirement in the table at the
end.
"""

import argparse
import asyncio
import base64
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

sys.path.insert(0, str(Path(__file__).parent))  # also where PYTHONSAFEPATH is set

from consumer import FORM, Answer, Consumer, Pending, Provider, main


class GuessesEndpoints(Consumer):
    """Endpoints are put together from the address of the Backpack, and not read."""

    def chosen(self, listed: list[dict[str, Any]]) -> dict[str, Any] | None:
        entry, base = super().chosen(listed), self.environment["BACKPACK_URL"]
        return entry and {
            **entry,
            "registrationUrl": f"{base}/oauth/register",
            "tokenUrl": f"{base}/oauth/token",
        }


class GoesOnWithoutManifest(Consumer):
    """Without a manifest, usual paths are tried."""

    async def find(self, provider: Provider) -> dict[str, Any] | None:
        base = self.environment["BACKPACK_URL"]
        usual = {
            "registrationUrl": f"{base}/oauth/register",
            "authorizationUrl": f"{base}/oauth/authorize",
            "tokenUrl": f"{base}/oauth/token",
            "apiBase": f"{base}/ims/ob/v2p1",
        }
        provider.api = await super().find(provider) or usual
        return provider.api


class TakesTheFirst(Consumer):
    """The first entry of the manifest is used, whatever its version."""

    def chosen(self, listed: list[dict[str, Any]]) -> dict[str, Any] | None:
        return listed[0] if listed else None


class TakesTheLast(Consumer):
    """The last entry of the manifest is used, whatever its version."""

    def chosen(self, listed: list[dict[str, Any]]) -> dict[str, Any] | None:
        return listed[-1] if listed else None


class HasNoPolicy(Consumer):
    """A required member of the registration is missing."""

    def metadata(self, provider: Provider) -> dict[str, Any]:
        metadata = super().metadata(provider)
        del metadata["policy_uri"]
        return metadata


class HasTwoHosts(Consumer):
    """The logo is on the host of a content delivery network."""

    def metadata(self, provider: Provider) -> dict[str, Any]:
        return {**super().metadata(provider), "logo_uri": "https://cdn.example.org/logo.png"}


class AsksForAll(Consumer):
    """The scope that was registered is not looked at."""

    def scope(self, client: Mapping[str, Any]) -> str:
        offered = [f"{self.scopes[0].rpartition('/')[0]}/profile.readonly"]
        return " ".join([*self.scopes, *offered])


class AsksForTooLittle(Consumer):
    """The first scope is lost on the way, as in a list from which something was removed."""

    def scope(self, client: Mapping[str, Any]) -> str:
        return " ".join(self.scopes[1:])


class Misspells(Consumer):
    """The name of a parameter is copied from the example of the specification, with its typo."""

    def authorization(
        self, client: Mapping[str, Any], provider: Provider, state: str, verifier: str
    ) -> dict[str, str]:
        query = super().authorization(client, provider, state, verifier)
        method = query.pop("code_challenge_method")
        return {**query, "code_challange_method": method}


class SendsThePlainVerifier(Consumer):
    """The challenge is the verifier itself."""

    def authorization(
        self, client: Mapping[str, Any], provider: Provider, state: str, verifier: str
    ) -> dict[str, str]:
        query = super().authorization(client, provider, state, verifier)
        return {**query, "code_challenge": verifier, "code_challenge_method": "plain"}


class DrawsAShortVerifier(Consumer):
    """The verifier is shorter than RFC 7636 allows."""

    def new_verifier(self) -> str:
        return super().new_verifier()[:20]


class KeepsTheVerifier(Consumer):
    """The verifier is made once, and used again."""

    def new_verifier(self) -> str:
        return "0123456789-0123456789-0123456789-0123456789-abcdef"


class CountsStates(Consumer):
    """The state is a number."""

    def new_state(self) -> str:
        return str(len(self.pending) + 1)


class KeepsTheState(Consumer):
    """The state is a key of the session, the same for each request."""

    def new_state(self) -> str:
        return "session-0f1e2d3c4b5a"


class ChecksNoState(Consumer):
    """Any callback is taken for the answer to the last request."""

    def expected(self, request: web.Request) -> Pending | None:
        return next(reversed(self.pending.values()), None)


class SendsTheSecretInTheBody(Consumer):
    """The code is traded with id and secret in the form."""

    async def trade(self, provider: Provider, form: Mapping[str, str]) -> Answer | None:
        client = provider.client or {}
        if form["grant_type"] == "refresh_token" or provider.api is None:
            return await super().trade(provider, form)
        whole = {**form, **{name: client[name] for name in ("client_id", "client_secret")}}
        body = urlencode(whole).encode()
        return await self.patiently("POST", provider.api["tokenUrl"], body, Content_Type=FORM)


class TradesWithoutScope(Consumer):
    """The exchange has four of its five fields."""

    async def trade(self, provider: Provider, form: Mapping[str, str]) -> Answer | None:
        fields = {name: value for name, value in form.items() if name != "scope"}
        return await super().trade(provider, fields)


class RefreshesWithTheBody(Consumer):
    """At a refresh, id and secret are in the form."""

    async def trade(self, provider: Provider, form: Mapping[str, str]) -> Answer | None:
        client = provider.client or {}
        if form["grant_type"] != "refresh_token" or provider.api is None:
            return await super().trade(provider, form)
        whole = {**form, **{name: client[name] for name in ("client_id", "client_secret")}}
        body = urlencode(whole).encode()
        return await self.patiently("POST", provider.api["tokenUrl"], body, Content_Type=FORM)


class SendsBase64(Consumer):
    """The access token is encoded, as an older API wants it."""

    async def patiently(
        self, method: str, url: str, body: bytes | None = None, **headers: str
    ) -> Answer | None:
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            headers["Authorization"] = f"Bearer {base64.b64encode(token.encode()).decode()}"
        return await super().patiently(method, url, body, **headers)


class SendsTheTokenInTheQuery(Consumer):
    """The access token is in the address as well."""

    async def patiently(
        self, method: str, url: str, body: bytes | None = None, **headers: str
    ) -> Answer | None:
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            url = f"{url}?access_token={token}"
        return await super().patiently(method, url, body, **headers)


class FollowsRedirects(Consumer):
    """A redirect is followed with all headers, wherever it leads."""

    async def ask(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        answer = await super().ask(method, url, body, headers)
        if answer.status == 307:
            return await super().ask(method, answer.headers["Location"], body, headers)
        return answer


class LabelsAsText(Consumer):
    """The body is JSON, and labelled as text."""

    async def patiently(
        self, method: str, url: str, body: bytes | None = None, **headers: str
    ) -> Answer | None:
        if url.endswith("/assertions"):
            headers["Content_Type"] = "text/plain"
        return await super().patiently(method, url, body, **headers)


class AddsASlash(Consumer):
    """The path has a slash at its end."""

    async def call(
        self,
        provider: Provider,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "application/json",
    ) -> Answer | None:
        return await super().call(provider, method, f"{path}/", body, kind)


class PushesTheAssertionItself(Consumer):
    """The body is the assertion, without the member around it."""

    def pushed(self, assertion: Mapping[str, Any]) -> bytes:
        return json.dumps(assertion).encode()


class SaysMore(Consumer):
    """The body has a member that is in no specification."""

    def pushed(self, assertion: Mapping[str, Any]) -> bytes:
        return json.dumps({"assertion": assertion, "tags": ["history"]}).encode()


class PublishesLater(Consumer):
    """The assertion is pushed before it can be fetched."""

    def award(self, number: int) -> dict[str, Any]:
        assertion = super().award(number)
        del self.documents[f"/assertions/{number}"]
        return assertion


class PushesAnotherCopy(Consumer):
    """The copy that is pushed has another time than the one that is hosted."""

    def pushed(self, assertion: Mapping[str, Any]) -> bytes:
        return super().pushed({**assertion, "issuedOn": "2024-01-02T03:04:05+00:00"})


class AwardsToAnother(Consumer):
    """The badge is for another address of the earner."""

    def recipient(self) -> dict[str, Any]:
        return {"type": "email", "hashed": False, "identity": "ada@work.example"}


class NeedsOk(Consumer):
    """A push has succeeded when the status text is as expected; else it is tried once more."""

    async def push(self, provider: Provider, assertion: Mapping[str, Any]) -> bool:
        answer = await self.call(provider, "POST", "/assertions", self.pushed(assertion))
        status = answer.members.get("status", {}) if answer else {}
        return status.get("statusText") == "OK" or await super().push(provider, assertion)


class Repeats(Consumer):
    """What the Backpack refuses is pushed again."""

    async def push(self, provider: Provider, assertion: Mapping[str, Any]) -> bool:
        pushed = [await super(Repeats, self).push(provider, assertion) for _ in range(2)]
        return any(pushed)


class LosesTheRefreshToken(Consumer):
    """An answer without refresh_token overwrites the old one."""

    def keep(self, provider: Provider, answer: Mapping[str, Any], asked: str) -> None:
        super().keep(provider, {**answer, "refresh_token": answer.get("refresh_token")}, asked)
        if provider.tokens and "refresh_token" not in answer:
            provider.tokens["refresh_token"] = ""


class KeepsTheFirstRefreshToken(Consumer):
    """A new refresh token is not stored."""

    def keep(self, provider: Provider, answer: Mapping[str, Any], asked: str) -> None:
        before = provider.tokens
        super().keep(provider, answer, asked)
        if provider.tokens and before:
            provider.tokens["refresh_token"] = before["refresh_token"]


class NeedsExpiresIn(Consumer):
    """A token answer without expires_in cannot be stored."""

    def keep(self, provider: Provider, answer: Mapping[str, Any], asked: str) -> None:
        if "expires_in" in answer:
            super().keep(provider, answer, asked)


class IgnoresRetryAfter(Consumer):
    """Another try comes as soon as our own waiting time is over."""

    def retry_after(self, answer: Answer, usual: float) -> float:
        return usual


class GivesUpAtOnce(Consumer):
    """A connection that breaks is the end."""

    async def patiently(
        self, method: str, url: str, body: bytes | None = None, **headers: str
    ) -> Answer | None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            return await self.ask(method, url, body, named)
        except OSError:
            return None


class RegistersForEver(Consumer):
    """A registration that is refused is tried again and again."""

    async def register(self, provider: Provider) -> dict[str, Any] | None:
        tries = [await super(RegistersForEver, self).register(provider) for _ in range(6)]
        return tries[-1]


class RegistersOnce(Consumer):
    """Our registration is kept for ever, whatever the Backpack says."""

    def forget(self, provider: Provider) -> None:
        provider.tokens = None


class KeepsTheManifest(Consumer):
    """The manifest is fetched once."""

    def lifetime(self, answer: Answer | None) -> float:
        return float("inf")


class OverlooksTheDenial(Consumer):
    """The callback goes on, whatever it received."""

    async def callback(self, request: web.Request) -> web.Response:
        pending = self.expected(request)
        if pending is not None:
            await self.exchange(pending, request.query.get("code", "undefined"))
        return web.Response(text="Your Backpack is connected.")


class OnlyForgets(Consumer):
    """On disconnect our own copy of the tokens is deleted, and nothing else."""

    async def disconnect(self, provider: Provider) -> None:
        provider.tokens = None


class ReadsOnePage(Consumer):
    """The first page is taken for all."""

    def following(self, answer: Answer) -> str | None:
        return None


class NeedsBothArrays(Consumer):
    """An array that is missing or null ends the reading."""

    def listed(self, answer: Answer) -> list[Any]:
        return [*answer.members["assertions"], *answer.members["signedAssertions"]]

    async def read(self, provider: Provider) -> list[Any]:
        try:
            return await super().read(provider)
        except (KeyError, TypeError):
            return []


class HasOneRedirectUri(Consumer):
    """All Backpacks send the earner back to the same address."""

    def metadata(self, provider: Provider) -> dict[str, Any]:
        return {**super().metadata(provider), "redirect_uris": [f"{self.url}/callback/0"]}

    def expected(self, request: web.Request) -> Pending | None:
        return self.pending.pop(request.query.get("state", ""), None)


MISTAKES: dict[str, tuple[type[Consumer], str, str]] = {
    "guesses-endpoints": (GuessesEndpoints, "BC21-CLIENT-01", "endpoints-elsewhere"),
    "no-manifest": (GoesOnWithoutManifest, "BC21-CLIENT-01", "manifest-missing"),
    "first-entry": (TakesTheFirst, "BC21-CLIENT-02", "older-version-first"),
    "last-entry": (TakesTheLast, "BC21-CLIENT-02", "newer-version-last"),
    "no-policy": (HasNoPolicy, "BC21-CLIENT-03", "healthy"),
    "two-hosts": (HasTwoHosts, "BC21-CLIENT-03", "healthy"),
    "asks-for-all": (AsksForAll, "BC21-CLIENT-04", "registration-narrowed"),
    "asks-for-too-little": (AsksForTooLittle, "BC21-CLIENT-04", "healthy"),
    "misspelled": (Misspells, "BC21-CLIENT-05", "healthy"),
    "plain-challenge": (SendsThePlainVerifier, "BC21-CLIENT-05", "healthy"),
    "short-verifier": (DrawsAShortVerifier, "BC21-CLIENT-06", "healthy"),
    "same-verifier": (KeepsTheVerifier, "BC21-CLIENT-06", "secret-expired"),
    "counted-state": (CountsStates, "BC21-CLIENT-07", "healthy"),
    "same-state": (KeepsTheState, "BC21-CLIENT-07", "secret-expired"),
    "unchecked-state": (ChecksNoState, "BC21-CLIENT-07", "forged-callback"),
    "secret-in-body": (SendsTheSecretInTheBody, "BC21-CLIENT-08", "healthy"),
    "no-scope": (TradesWithoutScope, "BC21-CLIENT-08", "healthy"),
    "refresh-by-body": (RefreshesWithTheBody, "BC21-CLIENT-09", "expired-token"),
    "token-in-base64": (SendsBase64, "BC21-CLIENT-10", "healthy"),
    "token-in-query": (SendsTheTokenInTheQuery, "BC21-CLIENT-10", "healthy"),
    "token-follows-redirect": (FollowsRedirects, "BC21-CLIENT-10", "redirected-elsewhere"),
    "labelled-as-text": (LabelsAsText, "BC21-CLIENT-11", "healthy"),
    "slash": (AddsASlash, "BC21-CLIENT-11", "healthy"),
    "bare-assertion": (PushesTheAssertionItself, "BC21-CLIENT-12", "healthy"),
    "own-member": (SaysMore, "BC21-CLIENT-12", "healthy"),
    "published-later": (PublishesLater, "BC21-CLIENT-13", "healthy"),
    "another-copy": (PushesAnotherCopy, "BC21-CLIENT-13", "healthy"),
    "another-recipient": (AwardsToAnother, "BC21-CLIENT-13", "healthy"),
    "needs-ok": (NeedsOk, "BC21-CLIENT-14", "success-in-other-words"),
    "repeats": (Repeats, "BC21-CLIENT-15", "badge-refused"),
    "lost-refresh-token": (LosesTheRefreshToken, "BC21-CLIENT-16", "keeps-refresh-token"),
    "old-refresh-token": (KeepsTheFirstRefreshToken, "BC21-CLIENT-16", "expires-twice"),
    "needs-expires-in": (NeedsExpiresIn, "BC21-CLIENT-17", "no-expires-in"),
    "ignored-retry-after": (IgnoresRetryAfter, "BC21-CLIENT-18", "busy"),
    "gives-up": (GivesUpAtOnce, "BC21-CLIENT-18", "answer-lost"),
    "registers-for-ever": (RegistersForEver, "BC21-CLIENT-18", "registration-refused"),
    "registers-once": (RegistersOnce, "BC21-CLIENT-19", "secret-expired"),
    "kept-manifest": (KeepsTheManifest, "BC21-CLIENT-20", "manifest-expires"),
    "overlooked-denial": (OverlooksTheDenial, "BC21-CLIENT-21", "earner-denies"),
    "only-forgets": (OnlyForgets, "BC21-CLIENT-22", "disconnect"),
    "one-page": (ReadsOnePage, "BC21-CLIENT-23", "pages"),
    "needs-arrays": (NeedsBothArrays, "BC21-CLIENT-23", "odd-arrays"),
    "one-redirect-uri": (HasOneRedirectUri, "BC21-CLIENT-24", "mix-up"),
}
"""By name: the wrong consumer, the requirement that it breaks, the situation that shows it."""

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=MISTAKES)
    asyncio.run(main(MISTAKES[parser.parse_args().name][0]))
