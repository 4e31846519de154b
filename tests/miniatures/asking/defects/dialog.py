"""Mistakes in asking, and in telling the issuer."""

from collections.abc import Mapping

from tests.miniatures.asking.pages import AskingPages
from tests.miniatures.defect import Defects
from tests.miniatures.plain.answer import Answer, redirect
from tests.miniatures.plain.judge import COMPACT_JWS, Verdict
from tests.miniatures.plain.vault import Earner, Session

DEFECTS = Defects()


@DEFECTS.breaks("BC-ISSUING-02", "BC-ISSUING-04")
class KeepsAll(AskingPages):
    """Looks at no box."""

    def is_kept(self, fields: Mapping[str, str], number: int) -> bool:
        return True


@DEFECTS.breaks("BC-ISSUING-10")
class KnowsUrlsOnly(AskingPages):
    """Has never heard of signed badges."""

    def verdict(self, pushed: str, earner: Earner) -> Verdict | str:
        return "MALFORMED" if COMPACT_JWS.fullmatch(pushed) else super().verdict(pushed, earner)


@DEFECTS.breaks("BC-ISSUING-11")
class LosesTheCall(AskingPages):
    """After the login it has forgotten why."""

    def after_login(self, fields: Mapping[str, str]) -> Answer:
        return redirect(303, "/settings")


@DEFECTS.breaks("BC-ISSUING-14")
class TellsAnybody(AskingPages):
    """Whoever frames it hears the answer."""

    def listener(self, fields: Mapping[str, str]) -> str:
        return "*"


@DEFECTS.breaks("BC-ISSUING-15")
class AsksForNoCsrfToken(AskingPages):
    """A form of any other site is as good as its own."""

    def belongs(self, fields: Mapping[str, str], session: Session) -> bool:
        return True


@DEFECTS.breaks("BC-ISSUING-16")
class TrustsTheirNames(AskingPages):
    """What an issuer writes is HTML."""

    def shown(self, text: str) -> str:
        return text
