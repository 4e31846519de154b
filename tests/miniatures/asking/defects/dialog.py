"""Mistakes in asking, and in telling the issuer."""

from collections.abc import Mapping

from tests.miniatures.asking.pages import AskingPages
from tests.miniatures.defect import Defects
from tests.miniatures.plain.vault import Session

DEFECTS = Defects()


@DEFECTS.breaks("BC-ISSUING-02", "BC-ISSUING-04")
class KeepsAll(AskingPages):
    """Looks at no box."""

    def is_kept(self, fields: Mapping[str, str], number: int) -> bool:
        return True


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
