"""A client of the Open Badges 3.0 API made by hand; its OAuth half is the consumer's."""

from typing import Any

from tests.mock_backpack.apis.consumer import Consumer, Reply
from tests.mock_backpack.hand_issuer import Document

SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
READ, UPSERT = f"{SCOPE}credential.readonly", f"{SCOPE}credential.upsert"
READ_PROFILE, UPDATE_PROFILE = f"{SCOPE}profile.readonly", f"{SCOPE}profile.update"
OFFLINE = "offline_access"
ALL = (READ, UPSERT, READ_PROFILE, UPDATE_PROFILE, OFFLINE)


class Holder(Consumer):
    """A client that pushes and reads credentials."""

    async def discover(self) -> Document:
        """The endpoints of the service description, named as a manifest names them."""
        found = await self.ask("GET", f"{self.root}/ims/ob/v3p0/discovery")
        security = found.body["components"]["securitySchemes"]["OAuth2ACG"]
        flow = security["flows"]["authorizationCode"]
        self.api = {
            "apiBase": found.body["servers"][0]["url"],
            "registrationUrl": security["x-imssf-registrationUrl"],
            "authorizationUrl": flow["authorizationUrl"],
            "tokenUrl": flow["tokenUrl"],
            "tokenRevocationUrl": flow["x-imssf-revocationUrl"],
        }
        return self.api

    def metadata(self, **changes: Any) -> Document:
        """A right registration, which must say its scopes."""
        return super().metadata(**{"scope": " ".join(ALL), **changes})

    def request(self, *scopes: str, **changes: Any) -> str:
        """The URL of an authorization request."""
        return super().request(*(scopes or ALL), **changes)

    async def push_credential(self, credential: Document | str, **options: Any) -> Reply:
        """Push a credential, or a token."""
        if isinstance(credential, str):
            headers = {"Content-Type": "text/plain"}
            return await self.call("POST", "/credentials", data=credential, headers=headers)
        return await self.call("POST", "/credentials", json=credential, **options)
