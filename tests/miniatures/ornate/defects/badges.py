"""Mistakes with badges."""

import hashlib
import hmac
from dataclasses import replace
from typing import Any

from tests.miniatures.ornate.api import Issue
from tests.miniatures.ornate.defects.table import DEFECTS
from tests.miniatures.ornate.examiner import Badge, Examiner
from tests.miniatures.ornate.ledger import Grant, Person, digest
from tests.miniatures.ornate.library import Library
from tests.miniatures.ornate.refused import Refused


@DEFECTS.breaks("BC-ISSUE-23")
class PushesByAnyMethod(Issue):
    """One function serves all methods of the route."""

    async def put(self) -> None:
        await self.post()

    patch = put


@DEFECTS.breaks("BC-ISSUE-13")
class PushesWithTheRawToken(Issue):
    """Helps issuers that forgot the base64, and only where badges are pushed."""

    def token_in(self, credentials: str) -> str:
        if digest(credentials) in self.ledger.accesses:
            return credentials
        return super().token_in(credentials)


@DEFECTS.breaks("BC-ISSUE-11")
class NamesBadgesByAddress(Issue):
    """Another address with the same uid is another badge to it."""

    def shelve(self, badge: Badge, grant: Grant) -> None:
        super().shelve(replace(badge, name=self.wanted()["badge"]), grant)


@DEFECTS.breaks("BC-ISSUE-26")
class NamesBadgesByUid(Issue):
    """Takes a uid for unique in the world."""

    def shelve(self, badge: Badge, grant: Grant) -> None:
        super().shelve(replace(badge, name=badge.shown.get("uid", badge.name)), grant)


@DEFECTS.breaks("BC-ISSUE-06", "BC-ISSUE-24")
class LinksTheIssuer(Issue):
    """Answers with the address of the issuer in the issuer's place."""

    def shelve(self, badge: Badge, grant: Grant) -> None:
        inner = badge.shown["badge"]
        issuer = inner["issuer"].get("_location", inner["issuer"])
        super().shelve(
            replace(badge, shown=badge.shown | {"badge": inner | {"issuer": issuer}}), grant
        )


@DEFECTS.breaks("BC-ISSUE-24")
class KeepsWhatItKnows(Issue):
    """Drops the members that no version of the specification names."""

    KNOWN = (
        *("uid", "recipient", "badge", "verify", "issuedOn", "expires", "evidence", "image"),
        *("salt", "issued_on", "_originalRecipient"),
    )

    def shelve(self, badge: Badge, grant: Grant) -> None:
        shown = {name: value for name, value in badge.shown.items() if name in self.KNOWN}
        super().shelve(replace(badge, shown=shown), grant)


@DEFECTS.breaks("BC-ISSUE-11")
class ForgetsTheBadge(Issue):
    """Says 201 and keeps nothing."""

    def shelf_of(self, grant: Grant) -> dict[str, dict[str, Any]]:
        return {}


@DEFECTS.breaks("BC-ISSUE-09")
class HashesMean(Issue):
    """Whose hash it is, nobody can tell, so it may be anybody's."""

    def is_for(self, badge: Badge, person: Person) -> bool:
        return badge.is_hashed or super().is_for(badge, person)


@DEFECTS.breaks("BC-SAFE-08")
class TakesTheKeyForASecret(Examiner):
    """Lets the header choose HMAC, with the public key as its secret."""

    def verify(self, head: dict[str, Any], signed: bytes, signature: bytes, pem: bytes) -> None:
        if head.get("alg") == "HS256":
            if hmac.new(pem, signed, hashlib.sha256).digest() != signature:
                raise Refused(400, "The signature was not made with this secret.")
            return
        super().verify(head, signed, signature, pem)


@DEFECTS.breaks("BC-ISSUE-07", "BC-ISSUE-25")
class SkipsTheOtherCopy(Examiner):
    """Never reads what lies at verify.url."""

    async def hosted(self, address: str) -> Badge:
        document = self.document

        async def read(where: str) -> dict[str, Any]:
            found = await document(where)
            if where == address and isinstance(found.get("verify"), dict):
                found["verify"]["url"] = address
            return found

        self.document = read  # type: ignore[method-assign]
        try:
            return await super().hosted(address)
        finally:
            self.document = document  # type: ignore[method-assign]


@DEFECTS.breaks("BC-SAFE-07")
class ReadsWithoutEnd(Library):
    """Whatever an issuer hosts fits into memory, one hopes."""

    def largest(self) -> int:
        return 1024 * 1024 * 1024
