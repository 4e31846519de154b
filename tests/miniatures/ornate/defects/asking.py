"""Mistakes in asking the earner."""

from urllib.parse import parse_qsl

from tests.miniatures.ornate.addresses import fields_of
from tests.miniatures.ornate.defects.table import DEFECTS
from tests.miniatures.ornate.ledger import Pair
from tests.miniatures.ornate.pages import Question, Start
from tests.miniatures.ornate.refused import Refused
from tests.miniatures.ornate.sessions import Ask


@DEFECTS.breaks("BC-CONNECT-05")
class ForgetsToEncode(Question):
    """Puts the access token into the address as it is."""

    def encoded(self, told: dict[str, str]) -> str:
        plain = told.pop("access_token", None)
        return super().encoded(told) + (f"&access_token={plain}" if plain else "")


@DEFECTS.breaks("BC-CONNECT-08")
class TellsAnHour(Question):
    """Says how long the token lives to a person, not to a program."""

    def encoded(self, told: dict[str, str]) -> str:
        return super().encoded(told | {"expires": "1h"} if "expires" in told else told)


@DEFECTS.breaks("BC-CONNECT-06")
class ErrsOnSuccess(Question):
    """There is always an error, even if it is none."""

    def granted(self, ask: Ask, pair: Pair) -> str:
        return f"{super().granted(ask, pair)}&error=none"


@DEFECTS.breaks("BC-CONNECT-07")
class GrantsDenials(Question):
    """Says that access was denied, and hands it out."""

    def denied(self, ask: Ask) -> str:
        pair = self.ledger.grant(self.person(), ask.origin)
        return f"{self.granted(ask, pair)}&error=access_denied"


@DEFECTS.breaks("BC-CONNECT-10")
class LetsPlantedOnesWin(Question):
    """Keeps the callback's query whatever is planted in it."""

    def back_to(self, ask: Ask, told: dict[str, str]) -> str:
        address, _, query = ask.callback.partition("?")
        return f"{address}?{query}&{self.encoded(told)}"


@DEFECTS.breaks("BC-CONNECT-10")
class ReadsTheQueryIntoADict(Question):
    """Builds the callback's query anew, and drops what is there twice or has no value."""

    def back_to(self, ask: Ask, told: dict[str, str]) -> str:
        address, _, query = ask.callback.partition("?")
        return f"{address}?{self.encoded(dict(parse_qsl(query)) | told)}"


@DEFECTS.breaks("BC-CONNECT-03")
class KnowsTheSiteAlready(Question):
    """Who said yes once is not asked again."""

    def get(self, number: str, place: str) -> None:
        person, ask = self.session().person, self.ask(number)
        if person and ask.origin in self.ledger.sites_of(person):
            return self.redirect(self.granted(ask, self.ledger.grant(person, ask.origin)))
        return super().get(number, place)


@DEFECTS.breaks("BC-CONNECT-03", "BC-CONNECT-07")
class TakesLoginForConsent(Question):
    """Who logs in on the way has agreed."""

    def get(self, number: str, place: str) -> None:
        person, ask = self.session().person, self.ask(number)
        if person:
            return self.redirect(self.granted(ask, self.ledger.grant(person, ask.origin)))
        return super().get(number, place)


@DEFECTS.breaks("BC-SAFE-04")
class MayBeFramed(Question):
    """A policy that says nothing about frames."""

    def policy(self) -> str:
        return "default-src 'self'"


@DEFECTS.breaks("BC-CONNECT-11")
class GuessesTheScope(Start):
    """No scope, or an odd one, must mean the one that there is."""

    def asked(self, fields: dict[str, str]) -> Ask:
        ask = super().asked(fields)
        fields["scope"] = "issue"
        return ask


@DEFECTS.breaks("BC-CONNECT-12")
class ErrsAtTheCallback(Start):
    """Reports a bad callback to the bad callback."""

    def asked(self, fields: dict[str, str]) -> Ask:
        try:
            return super().asked(fields)
        except Refused:
            if ":" in fields.get("callback", ""):
                self.redirect(f"{fields['callback']}?error=invalid_request")
            raise


@DEFECTS.breaks("BC-SAFE-13")
class RepeatsWhatItReads(Start):
    """Quotes a bad callback, as it is, on the page that refuses it."""

    def tell(self, refused: Refused) -> None:
        self.finish(f"<p>{fields_of(self.request.query).get('callback')}</p>")
