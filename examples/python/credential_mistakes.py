"""The issuer of ``credential_issuer.py``, each with one mistake that real issuers make.

``python credential_mistakes.py NAME`` runs it; the verdict names the requirement in the table at
the end. The mistakes with OAuth are those of ``consumer_mistakes.py``.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from openbadgeslib.keys import KeyFactory, KeyType
from openbadgeslib.ob3.credential import IdentityObject
from openbadgeslib.ob3.ldp import add_data_integrity_proof
from openbadgeslib.ob3.signer import OB3Signer

sys.path.insert(0, str(Path(__file__).parent))  # also where PYTHONSAFEPATH is set

import consumer_mistakes as of_oauth
from consumer import Answer, Consumer, Provider
from credential_issuer import JSON, JWS, Credential, CredentialIssuer, key, main


def with_mistake(mistake: type[Consumer]) -> type[CredentialIssuer]:
    """The issuer, with a mistake of its OAuth half."""
    return type(mistake.__name__, (mistake, CredentialIssuer), {})


class GuessesEndpoints(CredentialIssuer):
    """The calls are put together from the address of the Backpack, and not read."""

    def server(self, document: Mapping[str, Any], provider: Provider) -> str:
        return f"{self.environment['BACKPACK_URL']}/ims/ob/v3p0"


class TakesTheServerAsItIs(CredentialIssuer):
    """A relative URL is put behind the address of the host, as a text."""

    def server(self, document: Mapping[str, Any], provider: Provider) -> str:
        url = str(document["servers"][0]["url"])
        return url if url.startswith("http") else f"{self.environment['BACKPACK_URL']}{url}"


class GoesOnWithoutDocument(CredentialIssuer):
    """Without a discovery document, usual paths are tried."""

    async def find(self, provider: Provider) -> dict[str, Any] | None:
        base = f"{self.environment['BACKPACK_URL']}/ims/ob/v3p0"
        usual = {
            "registrationUrl": f"{base}/oauth/register",
            "authorizationUrl": f"{base}/oauth/authorize",
            "tokenUrl": f"{base}/oauth/token",
            "apiBase": base,
        }
        provider.api = await super().find(provider) or usual
        return provider.api


class RegistersATextForAnArray(CredentialIssuer):
    """An array with one value is sent as that value."""

    def metadata(self, provider: Provider) -> dict[str, Any]:
        return {**super().metadata(provider), "grant_types": "authorization_code"}


class PushesWithoutScope(CredentialIssuer):
    """The scope that was granted is not looked at."""

    def may(self, provider: Provider, scope: str) -> bool:
        return True


class LabelsAllAsJson(CredentialIssuer):
    """Everything that is pushed has the type of JSON."""

    def body(self, credential: Credential) -> tuple[bytes, str]:
        return super().body(credential)[0], JSON


class LabelsAllAsText(CredentialIssuer):
    """Everything that is pushed has the type of a JWS."""

    def body(self, credential: Credential) -> tuple[bytes, str]:
        return super().body(credential)[0], JWS


class NeedsCreated(CredentialIssuer):
    """Only 201 is a success; after anything else the credential is pushed once more."""

    def is_done(self, answer: Answer) -> bool:
        return answer.status == 201

    async def push(self, provider: Provider, credential: Credential) -> bool:
        return await super().push(provider, credential) or await super().push(provider, credential)


class TakesUnchangedForAnError(NeedsCreated):
    """304 is an error, after which the credential is pushed once more."""

    def is_done(self, answer: Answer) -> bool:
        return answer.status in (200, 201)


class PutsUntilItIsDone(CredentialIssuer):
    """A profile that will be changed later is put again."""

    async def rename(self, provider: Provider, name: str) -> bool:
        return all([await super(PutsUntilItIsDone, self).rename(provider, name) for _ in range(2)])


class PutsTheNameAlone(CredentialIssuer):
    """Only what changes is sent, as in a PATCH."""

    def renamed(self, profile: Mapping[str, Any], name: str) -> dict[str, Any]:
        return {"id": profile["id"], "type": profile["type"], "name": name}


class NeedsBothArrays(CredentialIssuer):
    """An array that is missing ends the reading."""

    def listed(self, answer: Answer) -> list[Any]:
        return [*answer.members["credential"], *answer.members["compactJwsString"]]

    async def read(self, provider: Provider) -> list[Any]:
        try:
            return await super().read(provider)
        except KeyError:
            return []


class GoesOnAfterRevocation(CredentialIssuer):
    """A token that was revoked is tried again and again."""

    async def push(self, provider: Provider, credential: Credential) -> bool:
        tokens = provider.tokens
        done = await super().push(provider, credential)
        provider.tokens = provider.tokens or tokens
        return done or await super().push(provider, credential)


class Repeats(CredentialIssuer):
    """What the Backpack refuses is pushed again."""

    async def push(self, provider: Provider, credential: Credential) -> bool:
        return await super().push(provider, credential) or await super().push(provider, credential)


class HasOneContext(CredentialIssuer):
    """The context of Open Badges comes first, and alone."""

    def credential(self, number: int) -> dict[str, Any]:
        credential = super().credential(number)
        return {**credential, "@context": credential["@context"][::-1]}


class HasAnotherType(CredentialIssuer):
    """The credential is an assertion, as in Open Badges 2."""

    def credential(self, number: int) -> dict[str, Any]:
        return {**super().credential(number), "type": ["VerifiableCredential"]}


class HasNoZone(CredentialIssuer):
    """The time has no zone."""

    def credential(self, number: int) -> dict[str, Any]:
        credential = super().credential(number)
        return {**credential, "validFrom": credential["validFrom"].removesuffix("Z")}


class HasNobody(CredentialIssuer):
    """Nothing says whose achievement it is."""

    def credential(self, number: int) -> dict[str, Any]:
        credential = super().credential(number)
        for name in ("id", "identifier"):
            del credential["credentialSubject"][name]
        return credential


class HasNoCriteria(CredentialIssuer):
    """The achievement does not say what it takes."""

    def credential(self, number: int) -> dict[str, Any]:
        credential = super().credential(number)
        del credential["credentialSubject"]["achievement"]["criteria"]
        return credential


class ChangesWhatItSigned(CredentialIssuer):
    """Something is added after the proof was made."""

    def proven(self, credential: dict[str, Any]) -> dict[str, Any]:
        return {**super().proven(credential), "name": "Engineer of the year"}


class SignsForALogin(CredentialIssuer):
    """The proof has the purpose of a login."""

    def proven(self, credential: dict[str, Any]) -> dict[str, Any]:
        private, _ = key(KeyType.ED25519)
        purpose = "authentication"
        return add_data_integrity_proof(credential, private, self.method(), proof_purpose=purpose)


class SignsWithAnotherSuite(CredentialIssuer):
    """The suite has the name that it had in a draft."""

    def proven(self, credential: dict[str, Any]) -> dict[str, Any]:
        proven = super().proven(credential)
        return {**proven, "proof": {**proven["proof"], "cryptosuite": "eddsa-2022"}}


class SignsWithAnotherAlgorithm(CredentialIssuer):
    """The JWS is signed with ES256."""

    def jws(self, credential: dict[str, Any]) -> str:
        private, _ = KeyFactory(KeyType.ECC).generate_keypair()
        return OB3Signer(private, "ES256").sign_payload(self.payload(credential))


class UsesAnUnknownTerm(CredentialIssuer):
    """A member is in no context, so that no proof covers it."""

    def proven(self, credential: dict[str, Any]) -> dict[str, Any]:
        subject = {**credential["credentialSubject"], "grade": "A"}
        return super().proven({**credential, "credentialSubject": subject})


class ClaimsAnotherId(CredentialIssuer):
    """The id of the token is not that of the credential."""

    def payload(self, credential: dict[str, Any]) -> dict[str, Any]:
        return {**super().payload(credential), "jti": "1"}


class HasNoSubject(CredentialIssuer):
    """The token has no claim sub."""

    def payload(self, credential: dict[str, Any]) -> dict[str, Any]:
        payload = super().payload(credential)
        del payload["sub"]
        return payload


class PublishesNoKey(CredentialIssuer):
    """The key of the proof cannot be fetched."""

    def method(self) -> str:
        method = super().method()
        del self.documents["/keys/1"]
        return method


class SignsWithAStrangersKey(CredentialIssuer):
    """The key in the header of the JWS is in no document of the issuer."""

    def jws(self, credential: dict[str, Any]) -> str:
        private, _ = KeyFactory(KeyType.RSA).generate_keypair()
        return OB3Signer(private, "RS256").sign_payload(self.payload(credential))


class HashesWithoutSalt(CredentialIssuer):
    """The salt is named, and not hashed."""

    def identifier(self) -> dict[str, Any]:
        plain = IdentityObject.create(self.environment["BACKPACK_EARNER"]).to_dict()
        return {**plain, "salt": super().identifier()["salt"]}


class AwardsToAnother(CredentialIssuer):
    """The credential is for another address of the earner."""

    def identifier(self) -> dict[str, Any]:
        return IdentityObject.create("ada@work.example", "0f1e2d3c").to_dict()


class PublishesNoList(CredentialIssuer):
    """The status list cannot be fetched."""

    def status(self) -> dict[str, Any]:
        entry = super().status()
        del self.documents["/status/1"]
        return entry


class HasAShortList(CredentialIssuer):
    """The status list is a text that no list is."""

    def status(self) -> dict[str, Any]:
        entry = super().status()
        listing = json.loads(self.documents["/status/1"])
        del listing["proof"]
        listing["credentialSubject"]["encodedList"] = "uH4sIAAAAAAAA"
        self.publish("/status/1", self.proven(listing))
        return entry


class FitsNotItsSchema(CredentialIssuer):
    """The schema of the credential wants a member that it does not have."""

    def schema(self) -> str:
        self.publish("/schema.json", {"type": "object", "required": ["awardedDate"]})
        return f"{self.url}/schema.json"


class IsAheadOfTime(CredentialIssuer):
    """The credential begins to be valid tomorrow."""

    def credential(self, number: int) -> dict[str, Any]:
        begins = datetime.now(UTC) + timedelta(days=1)
        return {**super().credential(number), "validFrom": begins.strftime("%Y-%m-%dT%H:%M:%SZ")}


class SignsInTheFuture(CredentialIssuer):
    """The clock that dates proofs is an hour ahead."""

    def proven(self, credential: dict[str, Any]) -> dict[str, Any]:
        private, _ = key(KeyType.ED25519)
        created = datetime.now(UTC) + timedelta(hours=1)
        return add_data_integrity_proof(credential, private, self.method(), created=created)


MISTAKES: dict[str, tuple[type[CredentialIssuer], str, str]] = {
    "guesses-endpoints": (GuessesEndpoints, "OB3-CLIENT-01", "endpoints-elsewhere"),
    "unresolved-server": (TakesTheServerAsItIs, "OB3-CLIENT-01", "relative-server"),
    "no-document": (GoesOnWithoutDocument, "OB3-CLIENT-01", "discovery-missing"),
    "text-for-array": (RegistersATextForAnArray, "OB3-CLIENT-02", "healthy"),
    "pushes-without-scope": (PushesWithoutScope, "OB3-CLIENT-06", "scope-narrowed"),
    "jws-as-json": (LabelsAllAsJson, "OB3-CLIENT-07", "jws"),
    "json-as-text": (LabelsAllAsText, "OB3-CLIENT-07", "json"),
    "needs-created": (NeedsCreated, "OB3-CLIENT-08", "replaced"),
    "unchanged-is-an-error": (TakesUnchangedForAnError, "OB3-CLIENT-08", "unchanged"),
    "puts-again": (PutsUntilItIsDone, "OB3-CLIENT-08", "profile-later"),
    "after-revocation": (GoesOnAfterRevocation, "OB3-CLIENT-09", "revoked"),
    "needs-arrays": (NeedsBothArrays, "OB3-CLIENT-11", "odd-arrays"),
    "partial-profile": (PutsTheNameAlone, "OB3-CLIENT-13", "profile"),
    "repeats": (Repeats, "OB3-CLIENT-16", "odd-codes"),
    "one-context": (HasOneContext, "OB3-CRED-01", "jws"),
    "another-type": (HasAnotherType, "OB3-CRED-02", "healthy"),
    "no-zone": (HasNoZone, "OB3-CRED-03", "healthy"),
    "nobody": (HasNobody, "OB3-CRED-04", "healthy"),
    "no-criteria": (HasNoCriteria, "OB3-CRED-05", "healthy"),
    "another-schema": (FitsNotItsSchema, "OB3-CRED-06", "schema"),
    "changed-after-signing": (ChangesWhatItSigned, "OB3-CRED-07", "healthy"),
    "another-purpose": (SignsForALogin, "OB3-CRED-07", "healthy"),
    "another-suite": (SignsWithAnotherSuite, "OB3-CRED-08", "healthy"),
    "another-algorithm": (SignsWithAnotherAlgorithm, "OB3-CRED-08", "jws"),
    "unknown-term": (UsesAnUnknownTerm, "OB3-CRED-09", "healthy"),
    "another-id": (ClaimsAnotherId, "OB3-CRED-10", "jws"),
    "no-sub": (HasNoSubject, "OB3-CRED-10", "jws"),
    "no-key": (PublishesNoKey, "OB3-CRED-11", "healthy"),
    "strangers-key": (SignsWithAStrangersKey, "OB3-CRED-11", "jws"),
    "hash-without-salt": (HashesWithoutSalt, "OB3-CRED-12", "healthy"),
    "another-recipient": (AwardsToAnother, "OB3-CRED-12", "healthy"),
    "no-status-list": (PublishesNoList, "OB3-CRED-13", "status-list"),
    "short-status-list": (HasAShortList, "OB3-CRED-13", "status-list"),
    "ahead-of-time": (IsAheadOfTime, "OB3-CRED-15", "healthy"),
    "proof-of-tomorrow": (SignsInTheFuture, "OB3-CRED-15", "healthy"),
    **{
        name: (with_mistake(of_oauth.MISTAKES[name][0]), requirement, situation)
        for name, requirement, situation in (
            ("no-policy", "OB3-CLIENT-02", "healthy"),
            ("misspelled", "OB3-CLIENT-03", "healthy"),
            ("short-verifier", "OB3-CLIENT-03", "healthy"),
            ("counted-state", "OB3-CLIENT-04", "healthy"),
            ("unchecked-state", "OB3-CLIENT-04", "forged-callback"),
            ("secret-in-body", "OB3-CLIENT-05", "healthy"),
            ("refresh-by-body", "OB3-CLIENT-05", "expired-token"),
            ("asks-for-all", "OB3-CLIENT-06", "registration-narrowed"),
            ("lost-refresh-token", "OB3-CLIENT-09", "keeps-refresh-token"),
            ("ignored-retry-after", "OB3-CLIENT-10", "fails-for-a-while"),
            ("one-page", "OB3-CLIENT-11", "pages"),
            ("token-in-base64", "OB3-CLIENT-14", "healthy"),
            ("token-follows-redirect", "OB3-CLIENT-14", "redirected-elsewhere"),
            ("overlooked-denial", "OB3-CLIENT-15", "earner-denies"),
            ("needs-expires-in", "OB3-CLIENT-17", "no-expires-in"),
            ("registers-once", "OB3-CLIENT-18", "secret-expired"),
            ("kept-manifest", "OB3-CLIENT-19", "discovery-expires"),
            ("one-redirect-uri", "OB3-CLIENT-20", "mix-up"),
        )
    },
}
"""By name: the wrong issuer, the requirement that it breaks, the situation that shows it."""

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=MISTAKES)
    asyncio.run(main(MISTAKES[parser.parse_args().name][0]))
