"""What a client could find in the document that announces an API, and how long it may use it."""

import re
from abc import abstractmethod
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen

from mock_backpack.core.entry import Entry
from mock_backpack.core.strict_json import NotJson, strict_json
from mock_backpack.issuer.answered import answered

MAX_AGE = re.compile(r"max-age=(\d{1,9})")


@frozen(eq=False)
class Found:
    """One request for the document."""

    entry: Entry
    announced: Entry
    """The exchange with the document: an earlier one when this one was answered 304."""

    @property
    @abstractmethod
    def is_usable(self) -> bool:
        """Whether the document announces the API."""

    @abstractmethod
    def place(self, endpoint: str) -> str:
        """Host, port and path of an endpoint, by its name in the journal; ``""`` for none."""

    @property
    def lifetime(self) -> float:
        """Seconds for which the answer may be used (RFC 9111 section 5.2.2.1)."""
        for entry in (self.entry, self.announced):
            if match := MAX_AGE.search(answered(entry, "Cache-Control") or ""):
                return float(match[1])
        return float("inf")


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
