"""Mistakes with badges: which are taken, what is kept of them, and how they are listed."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.miniatures.modern.defects.table import DEFECTS
from tests.miniatures.modern.messages import no
from tests.miniatures.modern.resources import MOST, Resources
from tests.miniatures.modern.store import Person
from tests.miniatures.modern.verifier import Verifier


@DEFECTS.breaks("BC21-POST-12")
class KeepsThePostedCopy(Resources):
    """Verifies the hosted document, and stores the other one."""

    def judged(self, person: Person, assertion: Any, signed: str | None) -> tuple[str, Any]:
        key, document = super().judged(person, assertion, signed)
        return key, document if signed is not None else assertion


@DEFECTS.breaks("BC21-POST-08")
class RefusesWhatItHas(Resources):
    """A badge that is there cannot be sent again."""

    def judged(self, person: Person, assertion: Any, signed: str | None) -> tuple[str, Any]:
        key, document = super().judged(person, assertion, signed)
        if any(badge.key == key for badge in person.badges):
            raise no(400, "the badge is there already", "BAD_REQUEST")
        return key, document


@DEFECTS.breaks("BC21-POST-10")
class TakesBadgesOfOthers(Verifier):
    """Does not look at the recipient."""

    def is_of(self, recipient: Mapping[str, Any], email: str) -> bool:
        return True


@DEFECTS.breaks("BC21-POST-11")
class ChecksNoSignature(Verifier):
    """Reads a JWS, and believes it."""

    def check(self, text: str, key: RSAPublicKey) -> None:
        pass


@DEFECTS.breaks("BC21-POST-18")
class TakesBadgesOfAnyHost(Verifier):
    """Everybody may award in the name of an issuer."""

    def is_in_scope(self, url: str, issuer: Mapping[str, Any]) -> bool:
        return True


@DEFECTS.breaks("BC21-POST-14")
class KnowsOnlyLinks(Verifier):
    """A document that is inside another is none."""

    def linked(self, value: Any, kinds: tuple[str, ...]) -> dict[str, Any]:
        return super().linked(str(value), kinds)


@DEFECTS.breaks("BC21-GET-04")
class IgnoresTheLimit(Resources):
    """Sends all that there is."""

    def number(self, asked: Mapping[str, str], name: str, usual: int, least: int) -> int:
        number = super().number(asked, name, usual, least)
        return MOST if name == "limit" else number


@DEFECTS.breaks("BC21-GET-07")
class HasNoLastPage(Resources):
    """Links to the last page are left out."""

    def links(self, asked: Mapping[str, str], limit: int, offset: int, total: int) -> str:
        written = super().links(asked, limit, offset, total).split(", ")
        return ", ".join(link for link in written if 'rel="last"' not in link)


@DEFECTS.breaks("BC21-GET-09")
class CountsThePage(Resources):
    """The total is that of the page."""

    def total(self, shown: int, whole: int) -> str:
        return str(min(shown, whole - 1))


@DEFECTS.breaks("BC21-GET-10")
class ListsTheOldestFirst(Resources):
    """As the database has them."""

    def sorted(self, person: Person) -> list[Any]:
        return person.badges[::-1]


@DEFECTS.breaks("BC21-ENV-04")
class WritesErrorsAsArrays(Resources):
    """As its framework does."""

    def error(self, text: str) -> Any:
        return [{"name": text}]


@DEFECTS.breaks("BC21-PROF-01")
class NamesNoProfile(Resources):
    """A profile without an address of its own."""

    def profile_of(self, person: Person) -> dict[str, Any]:
        profile = super().profile_of(person)
        del profile["id"]
        return profile
