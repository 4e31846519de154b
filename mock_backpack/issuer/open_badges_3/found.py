"""What a client could find in a discovery document (Open Badges 3.0, section Service Discovery)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from attrs import frozen

from mock_backpack.issuer.answered import is_lost, path_of
from mock_backpack.issuer.oauth.found import Found, json_of, place_of

REGISTRATION = "x-imssf-registrationUrl"
URLS = {
    "register": REGISTRATION,
    "authorize": "authorizationUrl",
    "oauth-token": "tokenUrl",
    "oauth-revoke": "x-imssf-revocationUrl",
}
"""By endpoint of the journal: the member that says where it is."""
CALLS = {"credentials": "/credentials", "credential-profile": "/profile"}
"""By endpoint: its path below the server of the document."""


@frozen(eq=False)
class Discovery(Found):
    """One request for the discovery document."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The document; empty when the answer has none."""
        is_there = self.announced.status == 200 and not is_lost(self.entry)
        value = json_of(self.announced.answer_body) if is_there else None
        return value if isinstance(value, dict) else {}

    @property
    def scheme(self) -> Mapping[str, Any]:
        """Its security scheme; empty when there is none."""
        return _inner(self.document, "components", "securitySchemes", "OAuth2ACG")

    @property
    def is_usable(self) -> bool:
        """Whether it announces the API."""
        return bool(self.scheme)

    def place(self, endpoint: str) -> str:
        """Where an endpoint of the API is; ``""`` when the document does not say it."""
        if endpoint in CALLS:
            return f"{place_of(self._server)}{CALLS[endpoint]}" if self.is_usable else ""
        if endpoint == "register":
            return place_of(self.scheme.get(REGISTRATION, ""))
        flow = _inner(self.scheme, "flows", "authorizationCode")
        return place_of(flow.get(URLS[endpoint], ""))

    @property
    def _server(self) -> str:
        """The URL of the calls, which may be relative to the document (OpenAPI 3.0.1, Server)."""
        listed = self.document.get("servers")
        first = listed[0] if isinstance(listed, list) and listed else {}
        url = str(first.get("url", "")) if isinstance(first, dict) else ""
        here = f"http://{self.entry.header('Host') or ''}{path_of(self.entry)}"
        return urljoin(here, url).rstrip("/")


def _inner(value: Any, *names: str) -> Mapping[str, Any]:
    """The object below an object; empty where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
