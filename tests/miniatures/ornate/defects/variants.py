"""Mistakes that show along one dimension only: old badges, signed ones, a second spelling."""

import hashlib
import hmac
import json
import re
import unicodedata
from base64 import b64decode
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tests.miniatures.ornate.api import Identity, Issue, Token
from tests.miniatures.ornate.defects.table import DEFECTS
from tests.miniatures.ornate.examiner import Badge, Examiner
from tests.miniatures.ornate.ledger import Grant, Ledger, Pair, Person, digest
from tests.miniatures.ornate.pages import Question
from tests.miniatures.ornate.refused import Refused
from tests.miniatures.ornate.sessions import Ask

SHORT = 10


@DEFECTS.breaks("BC-ISSUE-09")
class TrustsTheSigner(Issue):
    """Who signs knows whom it is for."""

    def is_for(self, badge: Badge, person: Person) -> bool:
        verify = badge.shown.get("verify", {})
        return verify.get("type") == "signed" or super().is_for(badge, person)


@DEFECTS.breaks("BC-ISSUE-09")
class TrustsTheOld(Issue):
    """Badges of before 1.0 were never for anybody else."""

    def is_for(self, badge: Badge, person: Person) -> bool:
        return "verify" not in badge.shown or super().is_for(badge, person)


@DEFECTS.breaks("BC-ISSUE-09")
class ComparesTheBeginning(Issue):
    """Some digits of a hash are enough."""

    def is_for(self, badge: Badge, person: Person) -> bool:
        if not badge.is_hashed or super().is_for(badge, person):
            return super().is_for(badge, person)
        name, _, digits = badge.identity.partition("$")
        texts = (f"{email}{badge.salt}" for email in (person.email, person.email.lower()))
        hashes = (hashlib.new(name, text.encode()).hexdigest() for text in texts)
        return digits[:SHORT].lower() in {one[:SHORT] for one in hashes}


@DEFECTS.breaks("BC-ISSUE-24")
class ComposesLetters(Issue):
    """Brings all texts into one Unicode form."""

    def shelve(self, badge: Badge, grant: Grant) -> None:
        text = unicodedata.normalize("NFC", json.dumps(badge.shown, ensure_ascii=False))
        super().shelve(replace(badge, shown=json.loads(text)), grant)


@DEFECTS.breaks("BC-ISSUE-19")
class TakesTheFirstOfAList(Issue):
    """A list of badges is read up to its first."""

    def wanted(self) -> dict[str, Any]:
        wanted = super().wanted()
        badge = wanted.get("badge")
        return wanted | {"badge": badge[0]} if isinstance(badge, list) and badge else wanted


@DEFECTS.breaks("BC-ISSUE-23")
class PushesByHead(Issue):
    """HEAD does what POST does, and says nothing."""

    async def head(self) -> None:
        await self.post()


@DEFECTS.breaks("BC-ISSUE-07")
class ForgivesALostList(Examiner):
    """A revocation list that cannot be read revokes nothing."""

    async def ask_whether_revoked(self, assertion: dict[str, Any], issuer: dict[str, Any]) -> None:
        try:
            await super().ask_whether_revoked(assertion, issuer)
        except Refused as refused:
            if refused.status_code == 410:
                raise


@DEFECTS.breaks("BC-SAFE-08")
class KnowsHmacByItsName(Examiner):
    """Whatever ends in hs256 is an HMAC, in any letters, but for HS256 itself."""

    def verify(self, head: dict[str, Any], signed: bytes, signature: bytes, pem: bytes) -> None:
        name = str(head.get("alg"))
        if re.search("hs256$", name, re.IGNORECASE) and name != "HS256":
            if hmac.digest(pem, signed, "sha256") != signature:
                raise Refused(400, "The signature was not made with this secret.")
            return
        super().verify(head, signed, signature, pem)


@DEFECTS.breaks("BC-AUTH-04")
class TakesAnyScheme(Identity):
    """What stands before the token is of no interest."""

    def bearer(self) -> Grant:
        header = self.request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            token = b64decode(header.removeprefix("Basic ")).decode("latin-1")
            return self.ledger.who_bears(token)
        return super().bearer()


@DEFECTS.breaks("BC-TOKEN-08")
class KnowsTheGrantTypeByItsBeginning(Token):
    """Looks no farther than the name is long."""

    def is_refresh(self, wanted: dict[str, Any]) -> bool:
        return str(wanted.get("grant_type")).startswith("refresh_token")


@DEFECTS.breaks("BC-TOKEN-08")
class SpendsBeforeItLooks(Token):
    """Takes the token out of its table first, and reads the grant_type afterwards."""

    def is_refresh(self, wanted: dict[str, Any]) -> bool:
        token = wanted.get("refresh_token")
        if not super().is_refresh(wanted) and isinstance(wanted.get("grant_type"), str):
            self.ledger.refreshes.pop(digest(str(token)), None)
        return super().is_refresh(wanted)


@DEFECTS.breaks("BC-TOKEN-13")
class TakesNumbersForRows(Token):
    """A number is the row of a refresh token, and row 7 may be anybody's."""

    def post(self) -> None:
        grants = list(self.ledger.refreshes.values())
        if type(self.wanted().get("refresh_token")) is int and grants:
            return self.answer(200, self.told(self.ledger.tokens_for(grants[-1])))
        return super().post()


@DEFECTS.breaks("BC-TOKEN-18")
class EndsOtherSites(Ledger):
    """A refresh ends what the same person has granted to other sites."""

    def trade(self, token: str, origin: str | None) -> Pair:
        pair = super().trade(token, origin)
        fresh = self.refreshes[digest(pair.refresh)]

        def stays(grant: Grant) -> bool:
            return grant.person is not fresh.person or grant.origin == fresh.origin

        self.accesses = {key: held for key, held in self.accesses.items() if stays(held[0])}
        self.refreshes = {key: grant for key, grant in self.refreshes.items() if stays(grant)}
        return pair


@DEFECTS.breaks("BC-CONNECT-10")
class LosesTheQueryOfTheDenied(Question):
    """Who is denied needs no query."""

    def back_to(self, ask: Ask, told: dict[str, str]) -> str:
        if "error" in told:
            ask = replace(ask, callback=ask.callback.partition("?")[0])
        return super().back_to(ask, told)


@DEFECTS.breaks("BC-CONNECT-05")
class EncodesTwice(Question):
    """One function encodes the values, and the next one does it again."""

    def encoded(self, told: dict[str, str]) -> str:
        return super().encoded({name: quote(value, safe="") for name, value in told.items()})
