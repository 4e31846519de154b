"""What a consumer could find in a manifest: endpoints, and for how long it may use them."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen

from mock_backpack.apis.badge_connect.manifest import API_BASE, VERSION
from mock_backpack.core.entry import Entry
from mock_backpack.core.strict_json import NotJson, strict_json
from mock_backpack.issuer.answered import answered, is_lost

MAX_AGE = re.compile(r"max-age=(\d{1,9})")
URLS = {
    "register": "registrationUrl",
    "authorize": "authorizationUrl",
    "oauth-token": "tokenUrl",
    "oauth-revoke": "tokenRevocationUrl",
}
"""By endpoint of the journal: the member that says where it is."""
BASED = {"assertions": f"{API_BASE}/assertions", "profile": f"{API_BASE}/profile"}
"""By endpoint: its usual path, of which the manifest tells the base."""


def json_of(content: bytes) -> Any:
    """The JSON in a body; ``None`` when there is none."""
    try:
        return strict_json(content)
    except NotJson:
        return None


def place_of(url: object) -> str:
    """Host, port and path of a URL."""
    parts = urlsplit(str(url))
    return f"{parts.netloc}{parts.path}"


@frozen(eq=False)
class Manifest:
    """One request for the manifest."""

    entry: Entry

    @property
    def entries(self) -> list[Mapping[str, Any]]:
        """The APIs that its answer lists."""
        value = None if is_lost(self.entry) else json_of(self.entry.answer_body)
        listed = value.get("badgeConnectAPI") if isinstance(value, dict) else None
        return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []

    @property
    def api(self) -> Mapping[str, Any] | None:
        """The API of version v2p1; ``None`` when the answer has none."""
        if self.entry.status != 200:
            return None
        return next((one for one in self.entries if one.get("version") == VERSION), None)

    def place(self, endpoint: str) -> str:
        """Where an endpoint of the API is; ``""`` when there is no API."""
        api = self.api
        if api is None:
            return ""
        if endpoint in BASED:
            return f"{place_of(api.get('apiBase'))}/{BASED[endpoint].rpartition('/')[2]}"
        return place_of(api.get(URLS[endpoint]))

    @property
    def lifetime(self) -> float:
        """Seconds for which its answer may be used."""
        control = answered(self.entry, "Cache-Control") or ""
        match = MAX_AGE.search(control)
        return float(match[1]) if match else float("inf")
