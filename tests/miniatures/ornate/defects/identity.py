"""Mistakes about who is who."""

import time
from typing import Any

from tests.miniatures.ornate.addresses import fields_of
from tests.miniatures.ornate.api import Identity
from tests.miniatures.ornate.defects.table import DEFECTS
from tests.miniatures.ornate.ledger import Grant, digest


@DEFECTS.breaks("BC-IDENT-07")
class SaltsByTheClock(Identity):
    """A salt that anybody with a watch knows."""

    def salt(self) -> str:
        return f"_{int(time.time())}"


@DEFECTS.breaks("BC-IDENT-07")
class SaltsAllAlike(Identity):
    """A salt from the configuration file."""

    def salt(self) -> str:
        return "_Xk29vQmJt7PzR4wLhB6d"


@DEFECTS.breaks("BC-IDENT-04", "BC-IDENT-05")
class HashesAName(Identity):
    """Hashes only what stands before the @."""

    def hash(self, email: str, salt: str) -> str:
        return super().hash(email.partition("@")[0], salt)


@DEFECTS.breaks("BC-AUTH-03")
class TakesTheRawToken(Identity):
    """Helps issuers that forgot the base64."""

    def token_in(self, credentials: str) -> str:
        if digest(credentials) in self.ledger.accesses:
            return credentials
        return super().token_in(credentials)


@DEFECTS.breaks("BC-AUTH-10")
class TakesTokensFromTheQuery(Identity):
    """A token in the address is a token."""

    def bearer(self) -> Grant:
        token = fields_of(self.request.query).get("access_token")
        return self.ledger.who_bears(token) if token else super().bearer()


@DEFECTS.breaks("BC-SAFE-11")
class SharesCredentials(Identity):
    """Any page may ask, with the cookies of its visitor."""

    def may_ask(self, origin: str) -> str:
        self.set_header("access-control-allow-credentials", "true")
        return origin or "*"


@DEFECTS.breaks("BC-SAFE-15")
class LabelsNothing(Identity):
    """JSON, labelled as a page."""

    def answer(self, status: int, body: dict[str, Any]) -> None:
        self.set_header = lambda *_: None
        super().answer(status, body)
