"""Mistakes at the token endpoint, and with access tokens."""

import hashlib
from typing import Any

from tests.miniatures.modern.defects.table import DEFECTS
from tests.miniatures.modern.messages import Request, single
from tests.miniatures.modern.resources import Resources
from tests.miniatures.modern.store import Client, Code, Permission
from tests.miniatures.modern.tokens import Tokens


@DEFECTS.breaks("BC21-REG-07")
class ComparesWithTheHash(Tokens):
    """The secret was hashed before it was stored, and is not hashed when it comes."""

    def is_secret(self, client: Client, secret: str) -> bool:
        return secret == hashlib.sha256(client.secret.encode()).hexdigest()


@DEFECTS.breaks("BC21-TOKEN-07")
class TakesCodesAgain(Tokens):
    """Never marks a code as used."""

    def exchanged(self, client: Client, fields: dict[str, str]) -> dict[str, Any]:
        code = self.store.codes.get(fields.get("code", ""))
        if code is not None:
            code.used = False
        return super().exchanged(client, fields)


@DEFECTS.breaks("BC21-TOKEN-08")
class SparesTheFirstTokens(Tokens):
    """Refuses the second use, and does no more about it."""

    def used_again(self, code: Code) -> None:
        pass


@DEFECTS.breaks("BC21-TOKEN-06")
class VerifiesNothing(Tokens):
    """Asks for a challenge, and never for its verifier."""

    def is_verified(self, code: Code, verifier: str) -> bool:
        return True


@DEFECTS.breaks("BC21-TOKEN-10")
class ForgetsTheCallback(Tokens):
    """Does not compare the redirect_uri."""

    def is_same_redirect(self, code: Code, fields: dict[str, str]) -> bool:
        return True


@DEFECTS.breaks("BC21-TOKEN-16")
class WidensTheScope(Tokens):
    """Gives at a refresh what is asked for."""

    def narrowed(self, permission: Permission, asked: frozenset[str]) -> frozenset[str]:
        return asked


@DEFECTS.breaks("BC21-TOKEN-15")
class NeedsNoSecretToRefresh(Tokens):
    """Takes the refresh token alone as proof."""

    def client_of(self, request: Request) -> Client:
        token = single(request.form()).get("refresh_token", "")
        permission = self.store.of_refresh(token)
        return permission.client if permission else super().client_of(request)


@DEFECTS.breaks("BC21-REV-07")
class LetsAnybodyEndTokens(Tokens):
    """Does not compare the client of a token."""

    def ended(self, client: Client, token: str) -> None:
        for permission in self.store.live():
            permission.is_over |= permission.refresh == token
            permission.access.pop(token, None)


@DEFECTS.breaks("BC21-AUTH-05")
class TakesRefreshTokens(Resources):
    """Looks for a token among all that there are."""

    def of_token(self, token: str) -> tuple[Permission, frozenset[str]] | None:
        permission = self.store.of_refresh(token)
        return (permission, permission.scopes) if permission else super().of_token(token)


@DEFECTS.breaks("BC21-AUTH-08")
class TakesTokensOfTheQuery(Resources):
    """Also where every log has them."""

    def token_of(self, request: Request) -> str | None:
        return super().token_of(request) or single(request.parameters()).get("access_token")


@DEFECTS.breaks("BC21-POST-16", "BC21-GET-14", "BC21-PROF-03")
class AsksForNoScope(Resources):
    """One token is as good as any other."""

    def may(self, scopes: frozenset[str], scope: str) -> bool:
        return True
