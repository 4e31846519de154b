"""What a consumer could find in a manifest: its entries, and their endpoints."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from mock_backpack.apis.badge_connect.manifest import API_BASE, VERSION
from mock_backpack.issuer.answered import is_lost
from mock_backpack.issuer.oauth.found import Found, json_of, place_of

URLS = {
    "register": "registrationUrl",
    "authorize": "authorizationUrl",
    "oauth-token": "tokenUrl",
    "oauth-revoke": "tokenRevocationUrl",
}
"""By endpoint of the journal: the member that says where it is."""
BASED = {"assertions": f"{API_BASE}/assertions", "profile": f"{API_BASE}/profile"}
"""By endpoint: its usual path, of which the manifest gives the base."""


@frozen(eq=False)
class Manifest(Found):
    """One request for the manifest."""

    @property
    def entries(self) -> list[Mapping[str, Any]]:
        """The APIs that its answer lists."""
        value = None if is_lost(self.entry) else json_of(self.announced.answer_body)
        listed = value.get("badgeConnectAPI") if isinstance(value, dict) else None
        return (
            [entry for entry in listed if isinstance(entry, dict)]
            if isinstance(listed, list)
            else []
        )

    @property
    def api(self) -> Mapping[str, Any] | None:
        """The API of version v2p1; ``None`` when the answer has none."""
        if self.announced.status != 200:
            return None
        return next((entry for entry in self.entries if entry.get("version") == VERSION), None)

    @property
    def is_usable(self) -> bool:
        """Whether it has the API."""
        return self.api is not None

    def place(self, endpoint: str) -> str:
        """Where an endpoint of the API is; ``""`` when there is no API."""
        api = self.api
        if api is None:
            return ""
        if endpoint in BASED:
            return f"{place_of(api.get('apiBase'))}/{BASED[endpoint].rpartition('/')[2]}"
        return place_of(api.get(URLS[endpoint]))
