"""What goes wrong where Authlib is set up in haste."""

from typing import Any

from tests.miniatures.stock.asking import Authorize, Permissions
from tests.miniatures.stock.defects.table import DEFECTS
from tests.miniatures.stock.granting import Challenges, Codes, Granting, Refreshing, Registering
from tests.miniatures.stock.keeping import Code, Person, Token


@DEFECTS.breaks("BC21-AUTHZ-08")
class KeepsThePlainMethod(Challenges):
    """Leaves Authlib's list of challenge methods as it is."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("plain", "S256")


@DEFECTS.breaks("BC21-AUTHZ-09")
class LetsTheStateBeMissing(Codes):
    """Takes the state for recommended, as RFC 6749 has it."""

    def required(self) -> tuple[str, ...]:
        return ("scope", "code_challenge", "code_challenge_method")


@DEFECTS.breaks("BC21-AUTHZ-07")
class LetsTheChallengeBeMissing(Codes):
    """Takes PKCE for something that only public clients need."""

    def required(self) -> tuple[str, ...]:
        return ("scope", "state")


@DEFECTS.breaks("BC21-TOKEN-08")
class SparesTokensOfUsedCodes(Codes):
    """Deletes a code, and forgets what it was used for."""

    def used_again(self, _code: Code) -> None:
        pass


@DEFECTS.breaks("BC21-TOKEN-07")
class ForgetsToDeleteCodes(Codes):
    """Leaves the method that deletes codes empty."""

    def delete_authorization_code(self, _authorization_code: Code) -> None:
        pass


@DEFECTS.breaks("BC-SAFE-03")
class LeavesTheTicketUnread(Authorize):
    """Puts a ticket into the form, and never looks at it."""

    def is_own(self) -> bool:
        return True


@DEFECTS.breaks("BC-SAFE-04", "BC-SAFE-02")
class ForgetsThePolicies(Authorize):
    """Sends the page with the headers of the framework alone."""

    def page(self, title: str, inside: str, status: int = 200) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.send(status, f"<!DOCTYPE html><title>{title}</title><h2>{title}</h2>{inside}")


@DEFECTS.breaks("BC-SAFE-13")
class ListsNamesAsTheyAre(Permissions):
    """Escapes names where it asks, and not where it lists."""

    def shown(self, text: str) -> str:
        return text


@DEFECTS.breaks("BC21-REG-07")
class AnswersAnotherSecret(Registering):
    """Stores another secret than it answers."""

    def save_client(self, info: dict[str, Any], metadata: dict[str, Any], request: Any) -> Any:
        return super().save_client({**info, "client_secret": "hashed"}, metadata, request)


@DEFECTS.breaks("BC21-REG-08")
class NeedsOnlyTheName(Registering):
    """Requires what RFC 7591 requires."""

    def needed(self) -> tuple[str, ...]:
        return ("client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri")


@DEFECTS.breaks("BC21-REG-12")
class RegistersAnyUse(Registering):
    """Writes down whatever auth method and grant types a client wants."""

    def is_right_use(self, _value: Any, _right: Any) -> bool:
        return True


@DEFECTS.breaks("BC21-TOKEN-13")
class GivesNoRefreshTokens(Granting):
    """Leaves Authlib's default, by which there are no refresh tokens."""

    def refresh_token(self, **_: Any) -> None:
        return None


@DEFECTS.breaks("BC21-TOKEN-12")
class TellsNoScope(Granting):
    """Grants less than was asked for, and does not say so."""

    def handle_response(self, status: int, body: Any, headers: Any) -> Any:
        if isinstance(body, dict) and "access_token" in body:
            body = {name: value for name, value in body.items() if name != "scope"}
        return super().handle_response(status, body, headers)


@DEFECTS.breaks("BC21-TOKEN-16")
class WidensAtRefresh(Refreshing):
    """Does not compare the scope of a refresh."""

    def _validate_token_scope(self, _token: Token) -> None:
        pass


@DEFECTS.breaks("BC21-AUTHZ-14")
class ShowsMarkup(Authorize):
    """Puts the name of a client into the page as it is."""

    def shown(self, text: str) -> str:
        return text


@DEFECTS.breaks("BC21-REV-03")
class EndsEveryApp(Permissions):
    """Removes all apps when one is to be removed."""

    def ended(self, person: Person, _client: str) -> list[Any]:
        return list(self.of.keeping.of(person))
