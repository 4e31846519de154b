"""Mistakes with credentials: which are taken, and how they are listed."""

from collections.abc import Mapping
from typing import Any

from tests.miniatures.current.defects.table import DEFECTS
from tests.miniatures.current.resources import MOST, Resources
from tests.miniatures.current.signatures import Jws, check_rsa
from tests.miniatures.current.verifier import Verifier, issuer_of
from tests.miniatures.modern.messages import Answer, as_json
from tests.miniatures.modern.store import Badge, Person


@DEFECTS.breaks("OB3-POST-11", "OB3-GET-04")
class ChecksNoProof(Verifier):
    """Looks for a proof, and believes it."""

    def check_signature(self, key: bytes, signature: bytes, text: bytes) -> None:
        pass


@DEFECTS.breaks("OB3-POST-11")
class ChecksNoSignature(Verifier):
    """Reads a JWS, and believes it."""

    def check_jws(self, jws: Jws) -> None:
        self.document(jws.header["kid"])


@DEFECTS.breaks("OB3-POST-15")
class TakesKeysOfAnybody(Verifier):
    """A signature is good, whoever made it."""

    def check_bound(self, is_bound: bool) -> None:
        pass


@DEFECTS.breaks("OB3-POST-13")
class ComparesNoClaims(Verifier):
    """Takes the members, and ignores the claims."""

    def check_claims(self, jws: Jws) -> None:
        pass


@DEFECTS.breaks("OB3-POST-14", "OB3-POST-12")
class TakesAnyHeader(Verifier):
    """Verifies with RSA whatever the header says."""

    def check_header(self, jws: Jws) -> None:
        jws.header.setdefault("kid", f"{issuer_of(jws.payload).rpartition('/')[0]}/key")

    def check_jws(self, jws: Jws) -> None:
        check_rsa(jws, self.document(str(jws.header["kid"])))


@DEFECTS.breaks("OB3-POST-22")
class LetsTermsVanish(Verifier):
    """Expands without the safe mode."""

    def check_terms(self, credential: dict[str, Any]) -> None:
        pass


@DEFECTS.breaks("OB3-POST-18")
class ForgetsTheCalendar(Verifier):
    """A credential is good for ever."""

    def check_now(self, credential: dict[str, Any], now: float) -> None:
        pass


@DEFECTS.breaks("OB3-POST-27")
class ReadsNoSchema(Verifier):
    """A schema is there for whoever wants to read it."""

    def check_schema(self, entry: dict[str, Any], credential: dict[str, Any]) -> None:
        pass


@DEFECTS.breaks("OB3-POST-17")
class TakesCredentialsOfOthers(Verifier):
    """Does not look at the identifier."""

    def is_of(self, credential: dict[str, Any], email: str) -> bool:
        return True


@DEFECTS.breaks("OB3-POST-19")
class ReadsTheFirstProof(Verifier):
    """Ignores all proofs but one."""

    def check_any(self, bare: dict[str, Any], proofs: list[dict[str, Any]]) -> None:
        self.check_proof(bare, proofs[0])


@DEFECTS.breaks("OB3-POST-08")
class ComparesIdsAlone(Resources):
    """Two issuers cannot use the same id."""

    def key_of(self, credential: dict[str, Any]) -> str:
        return super().key_of(credential).partition(" ")[2]


@DEFECTS.breaks("OB3-POST-09")
class ComparesIdsAsTheyAre(Resources):
    """Does not decode ids."""

    def key_of(self, credential: dict[str, Any]) -> str:
        return f"{issuer_of(credential)} {credential['id']}"


@DEFECTS.breaks("OB3-POST-07")
class KeepsTheFirst(Resources):
    """A credential that is there stays as it is."""

    def begins(self, credential: dict[str, Any]) -> float:
        return 0.0


@DEFECTS.breaks("OB3-POST-04", "OB3-POST-05")
class AnswersInAnEnvelope(Resources):
    """Wraps what it answers, as its framework does."""

    def returned(self, status: int, sent: Any, kind: str) -> Answer:
        return as_json(status, {"credential": sent})


@DEFECTS.breaks("OB3-GET-02")
class WritesThePlural(Resources):
    """As the example of the specification has it."""

    def members(self, shown: list[Badge]) -> dict[str, Any]:
        whole = super().members(shown)
        return {"credential": whole["credential"], "compactJwsStrings": whole["compactJwsString"]}


@DEFECTS.breaks("OB3-GET-05", "OB3-GET-07")
class IgnoresTheLimit(Resources):
    """Sends all that there is."""

    def number(self, asked: Mapping[str, str], name: str, usual: int, least: int) -> int:
        number = super().number(asked, name, usual, least)
        return MOST if name == "limit" else number


@DEFECTS.breaks("OB3-GET-06")
class CountsOneTooMany(Resources):
    """The total is that of everything ever stored."""

    def total(self, badges: list[Badge]) -> str:
        return str(len(badges) + 1)


@DEFECTS.breaks("OB3-PROF-05")
class BelievesProfiles(Resources):
    """An address that was written into the profile is the earner's."""

    def changed(self, person: Person, sent: dict[str, Any]) -> None:
        super().changed(person, sent)
        person.email = sent.get("email", person.email)
