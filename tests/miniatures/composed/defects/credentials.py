"""Mistakes with credentials: which are taken, and how they are kept and listed."""

from collections.abc import Mapping
from typing import Any

from tests.miniatures.composed.calls import Calls
from tests.miniatures.composed.defects.table import DEFECTS
from tests.miniatures.composed.judging import Judging
from tests.miniatures.composed.keeping import Entry, Person
from tests.miniatures.composed.reading import SafeParser


class LaxParser(SafeParser):
    is_safe = False


@DEFECTS.breaks("OB3-POST-22")
class ReadsJsonLdAsItComes(Judging):
    """Leaves to its library what happens to terms that nobody defines."""

    parser = LaxParser


@DEFECTS.breaks("OB3-POST-15")
class BelievesTheKey(Judging):
    """Asks a key for its controller, and not the issuer for its keys."""

    def check_controller(self, document: Mapping[str, Any], method: str, issuer: str) -> None:
        pass


@DEFECTS.breaks("OB3-POST-15")
class FetchesKeysAnywhere(Judging):
    """Follows a kid wherever it leads."""

    def check_origin(self, kid: str, issuer: str) -> None:
        pass


@DEFECTS.breaks("OB3-POST-18")
class AsksNoStatusList(Judging):
    """Does not look whether a credential was revoked."""

    def check_status(self, entry: Mapping[str, Any], credential: Mapping[str, Any]) -> None:
        pass


@DEFECTS.breaks("OB3-POST-27")
class ReadsSchemasOfOneType(Judging):
    """Knows how Verifiable Credentials name a schema, and not how Open Badges do."""

    def check_schema(self, entry: Mapping[str, Any], credential: Mapping[str, Any]) -> None:
        if "1EdTechJsonSchemaValidator2019" not in entry["type"]:
            super().check_schema(entry, credential)


@DEFECTS.breaks("OB3-POST-16")
class TakesAnyShape(Judging):
    """Whatever is signed is good, if it has the members that are looked at."""

    def check_shape(self, credential: Any) -> None:
        pass


@DEFECTS.breaks("OB3-POST-19")
class LooksAtTheLastProof(Judging):
    """Takes the last proof for the only one."""

    def considered(self, proofs: list[Any]) -> list[Any]:
        return proofs[-1:]


@DEFECTS.breaks("OB3-POST-17")
class HashesForNobody(Judging):
    """Takes a hashed identifier for the earner's: nobody can read it."""

    def is_of(self, credential: Mapping[str, Any], email: str) -> bool:
        entries = credential["credentialSubject"].get("identifier", [])
        known = entries if isinstance(entries, list) else [entries]
        return super().is_of(credential, email) or any(one["hashed"] for one in known)


@DEFECTS.breaks("OB3-POST-07")
class KeepsBoth(Calls):
    """A newer credential is added, and the one before stays."""

    def replace(self, person: Person, known: Entry, entry: Entry) -> None:
        person.entries.append(entry)


@DEFECTS.breaks("OB3-POST-06", "OB3-GET-04")
class TidiesUp(Calls):
    """Lists credentials with their name in title case."""

    def listing_of(self, entry: Entry) -> Any:
        if isinstance(entry.document, str):
            return entry.document
        return {**entry.document, "name": str(entry.document.get("name", "")).swapcase()}


@DEFECTS.breaks("OB3-POST-06", "OB3-GET-03")
class ListsAllInOneArray(Calls):
    """Puts a JWS where credentials with proofs are."""

    def members(self, shown: list[Entry]) -> dict[str, Any]:
        return {"credential": [self.listing_of(entry) for entry in shown]} if shown else {}


@DEFECTS.breaks("OB3-GET-08", "OB3-GET-05")
class ListsInAnotherOrderEachTime(Calls):
    """Asks for rows of a table without an order: they begin at another one each time."""

    turn = 0

    def ordered(self, person: Person) -> list[Entry]:
        self.turn += 1
        begin = -self.turn % max(1, len(person.entries))
        return person.entries[begin:] + person.entries[:begin]


@DEFECTS.breaks("OB3-GET-09")
class ForgetsSinceOnTheNextPage(Calls):
    """Links to pages of everything."""

    def query(self, limit: int, offset: int) -> str:
        return f"offset={offset}&limit={limit}"


@DEFECTS.breaks("OB3-GET-07")
class LinksForwardAlone(Calls):
    """A Link header with next, and nothing else."""

    def places(self, limit: int, offset: int, total: int) -> dict[str, int]:
        places = super().places(limit, offset, total)
        return {name: place for name, place in places.items() if name == "next"}


@DEFECTS.breaks("OB3-PROF-01")
class IsAPerson(Calls):
    """A profile of another type."""

    def profile_of(self, person: Person) -> dict[str, Any]:
        return {**super().profile_of(person), "type": "Person"}


@DEFECTS.breaks("OB3-PROF-05")
class MovesIn(Calls):
    """Whoever asks for another e-mail has it at once."""

    def wished(self, person: Person, sent: dict[str, Any]) -> None:
        person.email = sent.get("email", person.email)
