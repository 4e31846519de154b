"""Mistakes in the discovery document, with clients, tokens and errors."""

from collections.abc import Mapping
from typing import Any, NoReturn

from tests.miniatures.current.defects.table import DEFECTS
from tests.miniatures.current.discovery import Clients, Discovery
from tests.miniatures.current.oauth import Consent, Exchange
from tests.miniatures.current.resources import Resources
from tests.miniatures.modern.messages import Answer, Request, as_json
from tests.miniatures.modern.pages import Authorization
from tests.miniatures.modern.store import Client, Code, Permission


@DEFECTS.breaks("OB3-DISC-03")
class HasNoPrivacyPolicy(Discovery):
    """The policy is in the security scheme alone."""

    def info(self) -> dict[str, Any]:
        info = super().info()
        del info["x-imssf-privacyPolicyUrl"]
        return info


@DEFECTS.breaks("OB3-DISC-04")
class HasNoVersion(Discovery):
    """As the table in the text of the specification."""

    def info(self) -> dict[str, Any]:
        info = super().info()
        del info["version"]
        return info


@DEFECTS.breaks("OB3-REG-04")
class NeedsNoScope(Clients):
    """Registers for everything when no scope is asked for."""

    def checked(self, sent: dict[str, Any]) -> dict[str, Any]:
        return super().checked({"scope": " ".join(self.offered), **sent})


@DEFECTS.breaks("OB3-REG-03")
class ForgetsTheSoftware(Clients):
    """Does not answer what it has no use for."""

    def told(self, metadata: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in metadata.items() if name != "software_id"}


@DEFECTS.breaks("OB3-AUTHZ-02")
class ReturnsNoScope(Consent):
    """Redirects as RFC 6749 has it."""

    def back(self, asked: Mapping[str, str], parameters: Mapping[str, str]) -> NoReturn:
        Authorization.back(self, asked, parameters)


@DEFECTS.breaks("OB3-AUTHZ-04")
class TakesAnyMethod(Consent):
    """Does not look at the method of the challenge."""

    def is_challenge(self, asked: Mapping[str, str]) -> bool:
        return True


@DEFECTS.breaks("OB3-TOKEN-05")
class VerifiesNothing(Exchange):
    """Asks for a challenge, and never for its verifier."""

    def is_verified(self, code: Code, verifier: str) -> bool:
        return True


@DEFECTS.breaks("OB3-TOKEN-07")
class SparesTheFirstTokens(Exchange):
    """Refuses the second use of a code, and does no more about it."""

    def used_again(self, code: Code) -> None:
        pass


@DEFECTS.breaks("OB3-TOKEN-11")
class WidensTheScope(Exchange):
    """Gives at a refresh what is asked for."""

    def narrowed(self, permission: Permission, asked: frozenset[str]) -> frozenset[str]:
        return asked


@DEFECTS.breaks("OB3-TOKEN-12")
class KeepsOldRefreshTokens(Exchange):
    """Gives a new refresh token, and takes the old one as well."""

    def refreshed(self, client: Client, fields: dict[str, str]) -> dict[str, Any]:
        permission = self.store.of_refresh(fields.get("refresh_token", ""))
        answer = super().refreshed(client, fields)
        if permission is not None:
            permission.refresh = fields["refresh_token"]
        return answer


@DEFECTS.breaks("OB3-TOKEN-15")
class LetsAnybodyEndTokens(Exchange):
    """Does not compare the client of a token."""

    def ended(self, client: Client, token: str) -> None:
        for permission in self.store.live():
            permission.is_over |= permission.refresh == token
            permission.access.pop(token, None)


@DEFECTS.breaks("OB3-TOKEN-16")
class NeedsAHintInSilence(Exchange):
    """Answers 200 to a revocation without a hint, and does nothing."""

    def end(self, request: Request) -> Answer:
        if "token_type_hint" in self.fields_of(request):
            return super().end(request)
        return as_json(200, {})


@DEFECTS.breaks("OB3-AUTH-03")
class AsksForNoScope(Resources):
    """One token is as good as any other."""

    def may(self, scopes: frozenset[str], scope: str) -> bool:
        return True


@DEFECTS.breaks("OB3-ERR-01", "OB3-ERR-04", "OB3-ERR-07")
class WritesErrorsOfItsOwn(Resources):
    """Errors as those of its framework."""

    def info(self, status: int, why: str) -> dict[str, Any]:
        return {"error": why}


@DEFECTS.breaks("OB3-ERR-07")
class AddsToErrors(Resources):
    """Adds a member that helps its own programmers."""

    def info(self, status: int, why: str) -> dict[str, Any]:
        return {**super().info(status, why), "requestId": "7"}


@DEFECTS.breaks("OB3-ERR-03")
class MixesUpCodes(Resources):
    """The same minor code for everything."""

    def info(self, status: int, why: str) -> dict[str, Any]:
        value = super().info(status, why)
        field = {"imsx_codeMinorFieldName": "host", "imsx_codeMinorFieldValue": "not_modified"}
        return {**value, "imsx_codeMinor": {"imsx_codeMinorField": [field]}}
