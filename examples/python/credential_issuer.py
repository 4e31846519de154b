"""An issuer of Open Badges 3.0 in Python: it pushes signed credentials, and reads them.

Its OAuth half is that of ``consumer.py``, in the same folder. openbadgeslib signs: JSON with a
proof (eddsa-rdfc-2022), or a compact JWS (RS256); ``pip install openbadgeslib[ldp] aiohttp``.
``backpack-conformance issuer --api ob3`` runs it once for each situation.
"""

import asyncio
import json
import os
import secrets
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from openbadgeslib.keys import KeyFactory, KeyType, public_jwk_from_pem
from openbadgeslib.ob3.credential import IdentityObject
from openbadgeslib.ob3.did import multikey_from_pem
from openbadgeslib.ob3.ldp import add_data_integrity_proof
from openbadgeslib.ob3.signer import OB3Signer
from openbadgeslib.ob3.status_list import build_status_list_credential, status_entry

sys.path.insert(0, str(Path(__file__).parent))  # also where PYTHONSAFEPATH is set

from consumer import Answer, Consumer, Provider, award_all, connected, running

SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
DISCOVERY = "/ims/ob/v3p0/discovery"
CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
JSON, JWS = "application/vc+ld+json", "text/plain"
STATUS_INDEX = 42
Credential = dict[str, Any] | str
"""JSON with a proof, or a compact JWS."""


@cache
def key(kind: KeyType) -> tuple[bytes, bytes]:
    """Our private and our public key, as PEM; yours are in a vault."""
    private, public = KeyFactory(kind).generate_keypair()
    return private, public


class CredentialIssuer(Consumer):
    """Our site, one earner's Backpacks, and our credentials."""

    scopes = (
        f"{SCOPE}credential.upsert",
        f"{SCOPE}credential.readonly",
        f"{SCOPE}profile.readonly",
        f"{SCOPE}profile.update",
    )

    # The discovery document

    def endpoints(self, answer: Answer, provider: Provider) -> dict[str, Any] | None:
        """The API that a discovery document announces, in the words of ``consumer.py``."""
        document = answer.members
        try:
            scheme = document["components"]["securitySchemes"]["OAuth2ACG"]
            flow = scheme["flows"]["authorizationCode"]
            return {
                "registrationUrl": scheme["x-imssf-registrationUrl"],
                "authorizationUrl": flow["authorizationUrl"],
                "tokenUrl": flow["tokenUrl"],
                "apiBase": self.server(document, provider),
            }
        except (KeyError, IndexError, TypeError):
            return None

    def server(self, document: Mapping[str, Any], provider: Provider) -> str:
        """Where the calls are; the URL may be relative to the document (OpenAPI 3.0)."""
        return urljoin(provider.manifest_url, document["servers"][0]["url"]).rstrip("/")

    # Credentials

    def award(self, number: int) -> Credential:  # type: ignore[override] # a JWS is a text
        """Award a badge to the earner; its signed credential."""
        credential = self.credential(number)
        return (
            self.jws(credential)
            if self.environment.get("BACKPACK_FORM") == "jws"
            else self.proven(credential)
        )

    def credential(self, number: int) -> dict[str, Any]:
        """A credential, not signed yet."""
        credential = {
            "@context": list(CONTEXTS),
            "id": f"{self.url}/credentials/{number}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": self.issuer(), "type": ["Profile"], "name": "Analytical Society"},
            "validFrom": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "name": "Engineer",
            "credentialSubject": {
                "id": f"urn:uuid:{uuid.uuid4()}",
                "type": ["AchievementSubject"],
                "identifier": [self.identifier()],
                "achievement": {
                    "id": f"{self.url}/achievements/engineer",
                    "type": ["Achievement"],
                    "name": "Engineer",
                    "description": "Drew up a table of differences.",
                    "criteria": {"narrative": "The differences add up."},
                },
            },
        }
        if self.environment.get("BACKPACK_STATUS"):
            credential["credentialStatus"] = self.status()
        if self.environment.get("BACKPACK_SCHEMA"):
            credential["@context"].append(EXTENSIONS)  # which defines the type
            schema = {"id": self.schema(), "type": "1EdTechJsonSchemaValidator2019"}
            credential["credentialSchema"] = [schema]
        return credential

    def schema(self) -> str:
        """The JSON Schema of our credentials."""
        return SCHEMA

    def identifier(self) -> dict[str, Any]:
        """The earner's e-mail address, hashed."""
        earner, salt = self.environment["BACKPACK_EARNER"], secrets.token_hex(8)
        return IdentityObject.create(earner, salt).to_dict()

    def issuer(self) -> str:
        """Our id; the document there names our keys."""
        id_ = f"{self.url}/issuer"
        rsa = {
            "id": f"{id_}#rsa",
            "type": "JsonWebKey",
            "controller": id_,
            "publicKeyJwk": public_jwk_from_pem(key(KeyType.RSA)[1]),
        }
        profile = {"id": id_, "type": ["Profile"], "name": "Analytical Society"}
        self.publish("/issuer", {**profile, "verificationMethod": [rsa]})
        return id_

    def method(self) -> str:
        """The key of our proofs."""
        id_ = f"{self.url}/keys/1"
        multikey = multikey_from_pem(key(KeyType.ED25519)[1])
        named = {"id": id_, "type": "Multikey", "controller": f"{self.url}/issuer"}
        context = "https://w3id.org/security/multikey/v1"
        self.publish("/keys/1", {"@context": context, **named, "publicKeyMultibase": multikey})
        return id_

    def publish(self, path: str, document: Mapping[str, Any]) -> None:
        """Serve a document on our site."""
        self.documents[path] = json.dumps(document).encode()

    def status(self) -> dict[str, Any]:
        """The entry of a status list in which nothing is revoked."""
        url = f"{self.url}/status/1"
        listing = build_status_list_credential(self.issuer(), url, "revocation", ())
        self.publish("/status/1", self.proven(listing))
        return status_entry(url, "revocation", STATUS_INDEX)

    def proven(self, credential: dict[str, Any]) -> dict[str, Any]:
        """A credential with a proof."""
        private, _ = key(KeyType.ED25519)
        return add_data_integrity_proof(credential, private, self.method())

    def jws(self, credential: dict[str, Any]) -> str:
        """A credential as a compact JWS."""
        private, _ = key(KeyType.RSA)
        return OB3Signer(private, "RS256").sign_payload(self.payload(credential))

    def payload(self, credential: dict[str, Any]) -> dict[str, Any]:
        """The claims of a JWS, beside the members of the credential."""
        return {
            **credential,
            "iss": credential["issuer"]["id"],
            "jti": credential["id"],
            "sub": credential["credentialSubject"]["id"],
            "nbf": int(datetime.fromisoformat(credential["validFrom"]).timestamp()),
        }

    # Calls

    async def push(self, provider: Provider, credential: Credential) -> bool:  # type: ignore[override]
        """Push a credential; whether it is in the Backpack."""
        if provider.tokens is None or not self.may(provider, self.scopes[0]):
            return False
        body, kind = self.body(credential)
        answer = await self.call(provider, "POST", "/credentials", body, kind)
        if answer is None or provider.must_ask_again:
            return False
        if not self.is_done(answer):
            print(f"the Backpack does not take the credential: {self.explanation(answer)}")
        return self.is_done(answer)

    def may(self, provider: Provider, scope: str) -> bool:
        """Whether our token has a scope."""
        return provider.tokens is not None and scope in provider.tokens["scope"].split()

    def body(self, credential: Credential) -> tuple[bytes, str]:
        """The body of a push, and its type."""
        if isinstance(credential, str):
            return credential.encode(), JWS
        return json.dumps(credential).encode(), JSON

    def is_done(self, answer: Answer) -> bool:
        """Whether a credential is in the Backpack: new, replaced, or there already."""
        return answer.status in (200, 201, 304)

    def explanation(self, answer: Answer) -> str:
        """Why a request was refused; codes may be of any vocabulary."""
        return str(answer.members.get("imsx_description") or answer.status)

    async def read(self, provider: Provider) -> list[Any]:
        """The earner's credentials, from all pages. Verify them before you show them."""
        credentials: list[Any] = []
        path: str | None = "/credentials?limit=50"
        while path:
            answer = await self.call(provider, "GET", path)
            if answer is None or answer.status != 200:
                break
            credentials += self.listed(answer)
            path = self.following(answer)
        return credentials

    def listed(self, answer: Answer) -> list[Any]:
        """The credentials of a page; an array may be missing."""
        members = answer.members
        return [*members.get("credential", ()), *members.get("compactJwsString", ())]

    async def rename(self, provider: Provider, name: str) -> bool:
        """Change the name in the earner's profile; whether that is done, or will be."""
        answer = await self.call(provider, "GET", "/profile")
        if answer is None or answer.status != 200:
            return False
        body = json.dumps(self.renamed(answer.members, name)).encode()
        answer = await self.call(provider, "PUT", "/profile", body)
        return answer is not None and answer.status in (200, 202)

    def renamed(self, profile: Mapping[str, Any], name: str) -> dict[str, Any]:
        """A whole profile with another name."""
        return {**profile, "name": name}


async def main(
    kind: type[CredentialIssuer] = CredentialIssuer, environment: Mapping[str, str] = os.environ
) -> None:
    """Connect, award, push; read and put a profile if the environment asks for it."""
    async with running(kind, environment) as issuer:
        provider = await connected(issuer, environment["BACKPACK_DISCOVERY"])
        if other := environment.get("BACKPACK_OTHER_URL"):
            await connected(issuer, f"{other}{DISCOVERY}")
        if environment.get("BACKPACK_READ"):
            print(f"{len(await issuer.read(provider))} credentials are in the Backpack")
        if name := environment.get("BACKPACK_PROFILE"):
            print(f"the profile is changed: {await issuer.rename(provider, name)}")
        await award_all(issuer, provider)


if __name__ == "__main__":
    asyncio.run(main())
