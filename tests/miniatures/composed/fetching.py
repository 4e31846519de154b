"""Documents of issuers, in bounded time and size."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

import requests

LONGEST = 2_000_000
SECONDS = 6.0


class NotFetched(Exception):
    """Why a document did not come."""


def origin_of(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


class Fetching:
    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept"] = "application/json, application/ld+json;q=0.9"

    def document(self, url: Any) -> dict[str, Any]:
        """Raises ``NotFetched``."""
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise NotFetched(f"not a URL: {url!r}")
        try:
            with self.session.get(url, stream=True, timeout=SECONDS) as answer:
                answer.raise_for_status()
                value = json.loads(self.content(answer))
        except (requests.RequestException, ValueError, RecursionError) as error:
            raise NotFetched(f"{url} is no JSON document: {error}") from None
        if not isinstance(value, dict):
            raise NotFetched(f"{url} is no JSON object")
        return value

    def content(self, answer: requests.Response) -> bytes:
        content, end = b"", time.monotonic() + SECONDS
        for part in answer.iter_content(None):
            content += part
            if len(content) > LONGEST or time.monotonic() > end:
                raise NotFetched("a document takes too long")
        return content
