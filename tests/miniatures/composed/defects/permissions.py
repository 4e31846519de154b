"""Mistakes with clients, consents, tokens, errors, and the document that announces them."""

from typing import Any

import jwt

from tests.miniatures.composed.announcing import Announcing
from tests.miniatures.composed.calls import Calls
from tests.miniatures.composed.defects.table import DEFECTS
from tests.miniatures.composed.endpoints import Endpoints
from tests.miniatures.composed.granting import ALGORITHM, AccessTokens, Codes, Rules
from tests.miniatures.composed.keeping import Client, Consent, Person
from tests.miniatures.composed.pages import Pages
from tests.miniatures.composed.registering import Registering


@DEFECTS.breaks("OB3-DISC-07")
class LeavesTheHostOut(Announcing):
    """Announces paths, as many OpenAPI documents do."""

    def flow(self) -> dict[str, Any]:
        return {**super().flow(), "tokenUrl": "/t/guild/connect/token"}


@DEFECTS.breaks("OB3-REG-02")
class ForgetsTheDay(Registering):
    """Does not say when a client was registered."""

    def issued(self, client: Client) -> dict[str, Any]:
        issued = super().issued(client)
        del issued["client_id_issued_at"]
        return issued


@DEFECTS.breaks("OB3-REG-05")
class SplitsTexts(Registering):
    """Takes a text of several words for an array."""

    def check_arrays(self, sent: dict[str, Any]) -> None:
        for name in ("redirect_uris", "grant_types", "response_types"):
            if isinstance(sent.get(name), str):
                sent[name] = sent[name].split()
        super().check_arrays(sent)


@DEFECTS.breaks("OB3-REG-11")
class ShowsAHash(Registering):
    """Hashes the secret before it is shown."""

    def issued(self, client: Client) -> dict[str, Any]:
        return {**super().issued(client), "client_secret": client.secret[::-1]}


@DEFECTS.breaks("OB3-AUTHZ-04")
class TakesPlainChallenges(Codes):
    """Takes all methods that its library has."""

    def methods(self) -> dict[str, Any]:
        return {**super().methods(), "plain": lambda verifier, challenge: verifier == challenge}

    def needed(self) -> tuple[str, ...]:
        return ("state", "scope", "code_challenge")


@DEFECTS.breaks("OB3-AUTHZ-07")
class NeedsNoState(Codes):
    """Leaves the state to the client, as RFC 6749 does."""

    def needed(self) -> tuple[str, ...]:
        return ("scope", "code_challenge", "code_challenge_method")


@DEFECTS.breaks("OB3-AUTHZ-03")
class ReturnsAllThatItKnows(Codes):
    """Says on the redirect what the client is registered for."""

    def granted(self, grant: dict[str, str]) -> str:
        code = self.request_validator.keeping.codes[grant["code"]]
        return str(code.consent.client.metadata["scope"])


@DEFECTS.breaks("OB3-AUTHZ-08")
class WritesNamesAsMarkup(Pages):
    """Does not escape the name of a client."""

    def shown(self, text: str) -> str:
        return text


@DEFECTS.breaks("OB3-REV-01")
class DisconnectsInThePageOnly(Pages):
    """Hides a consent, and keeps it."""

    def of_client(self, person: Person, name: str) -> list[Consent]:
        return []


@DEFECTS.breaks("OB3-TOKEN-02")
class WritesSecondsAsText(Endpoints):
    """Answers ``expires_in`` as its database has it."""

    def told(self, value: dict[str, Any]) -> dict[str, Any]:
        known = {"expires_in": str(value["expires_in"])} if "expires_in" in value else {}
        return {**value, **known}


@DEFECTS.breaks("OB3-TOKEN-03")
class LetsTokensBeStored(Endpoints):
    """A proxy in front of it has caching on."""

    def kept_out(self) -> dict[str, str]:
        return {"Cache-Control": "private, max-age=60"}


@DEFECTS.breaks("OB3-TOKEN-09")
class TranslatesErrors(Endpoints):
    """Words errors for people."""

    def told(self, value: dict[str, Any]) -> dict[str, Any]:
        return {"error": "Something is wrong"} if "error" in value else value


@DEFECTS.breaks("OB3-TOKEN-06")
class NeverSpendsCodes(Rules):
    """A code is good until its time is over."""

    def invalidate_authorization_code(self, _client_id: str, code: str, *_: Any) -> None:
        pass


@DEFECTS.breaks("OB3-TOKEN-11", "OB3-TOKEN-15")
class SharesRefreshTokens(Rules):
    """Does not compare the client of a token."""

    def is_of(self, consent: Consent, client: Client) -> bool:
        return True


@DEFECTS.breaks("OB3-TOKEN-04")
class LooksAtTheNameAlone(Rules):
    """Whoever knows the id of a client is the client."""

    def is_secret(self, client: Client, secret: str) -> bool:
        return True


@DEFECTS.breaks("OB3-AUTH-02")
class ReadsTokensUnverified(AccessTokens):
    """Reads a JWT, and believes it."""

    def claims(self, token: str) -> dict[str, Any]:
        try:
            return dict(jwt.decode(token, self.key, [ALGORITHM], {"verify_signature": False}))
        except (jwt.PyJWTError, ValueError):
            return {}


@DEFECTS.breaks("OB3-TOKEN-07", "OB3-TOKEN-14", "OB3-REV-01")
class BelievesSignedTokens(AccessTokens):
    """A JWT that is signed is good: nobody looks whether it was revoked."""

    def allowed(self, token: str) -> tuple[Person, set[str]] | None:
        claims = self.claims(token)
        consent = self.keeping.consents.get(claims.get("consent", ""))
        return None if consent is None else (consent.person, set(claims["scope"].split()))


@DEFECTS.breaks("OB3-AUTH-03")
class ComparesTheKindOfScope(Calls):
    """A scope for credentials is good for all calls about credentials."""

    def may(self, scopes: set[str], scope: str) -> bool:
        return any(scope.rpartition(".")[0] == one.rpartition(".")[0] for one in scopes)


@DEFECTS.breaks("OB3-ERR-04")
class ExplainsNothing(Calls):
    """An error has no description."""

    def status_info(self, status: int, why: str) -> dict[str, Any]:
        return super().status_info(status, why) | {"imsx_description": ""}


@DEFECTS.breaks("OB3-ERR-02", "OB3-ERR-03")
class WritesCodesOfItsOwn(Calls):
    """Minor codes of a list that is not the one of the specification."""

    def minor(self, status: int) -> str:
        return f"E{status}"
