"""What goes wrong in the API itself."""

from typing import Any

from tests.miniatures.stock.asking import Manifest
from tests.miniatures.stock.defects.table import DEFECTS
from tests.miniatures.stock.judging import Judging
from tests.miniatures.stock.keeping import Keeping, Person
from tests.miniatures.stock.resources import Assertions, Profile


@DEFECTS.breaks("BC21-MANI-05", "BC21-MANI-06")
class EndsTheBaseElsewhere(Manifest):
    """Gives its old API the new version, too."""

    def document(self) -> dict[str, Any]:
        whole = super().document()
        old, new = whole["badgeConnectAPI"]
        other = {**old, "version": "v2p1", "apiBase": f"{old['apiBase']}/"}
        return {**whole, "badgeConnectAPI": [new, other]}


@DEFECTS.breaks("BC21-POST-12")
class TrustsWhatWasPosted(Judging):
    """Fetches the hosted assertion to see that it is there, and keeps the copy."""

    async def hosted(self, posted: dict[str, Any]) -> dict[str, Any]:
        await super().hosted(posted)
        return posted


@DEFECTS.breaks("BC21-POST-18")
class AllowsEveryPlace(Judging):
    """Does not look where an assertion is hosted."""

    def is_allowed(self, _url: str, _issuer: dict[str, Any]) -> bool:
        return True


@DEFECTS.breaks("BC21-POST-08")
class KeepsEveryPush(Keeping):
    """Numbers what is pushed."""

    def keep(self, person: Person, key: str, badge: Any) -> None:
        super().keep(person, f"{key} {len(person.badges)}", badge)


@DEFECTS.breaks("BC21-GET-11")
class ReadsTimesWithoutZone(Assertions):
    """Takes a time in any zone for one in UTC."""

    def since(self) -> float:
        super().since()
        text = self.get_query_argument("since", "")
        cut = text[:19] + "Z" if text else ""
        self.request.query_arguments["since"] = [cut.encode()]
        return super().since()


@DEFECTS.breaks("BC21-GET-10")
class ListsTheOldestFirst(Assertions):
    """Lists in the order in which badges came."""

    def sorted(self, badges: list[Any]) -> list[Any]:
        return badges


@DEFECTS.breaks("BC21-POST-03")
class AnswersTheCount(Assertions):
    """Says how many badges there are now."""

    def pushed(self) -> None:
        self.good(count=1)


@DEFECTS.breaks("BC21-PROF-02")
class HidesTheAddress(Profile):
    """Keeps the e-mail address to itself."""

    def shown(self, person: Person) -> dict[str, Any]:
        return {**super().shown(person), "email": "hidden@stock.example"}
