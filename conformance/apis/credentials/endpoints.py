"""The endpoints of a host, each of which may hang by itself."""

from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit


class Endpoint(StrEnum):
    """A part of the host that may hang by itself."""

    PAGES = "pages"
    """Login, consent and permissions, which are needed to get a grant."""
    DISCOVERY = "discovery"
    REGISTRATION = "registration"
    TOKEN = "token"  # noqa: S105 - the name of an endpoint
    REVOCATION = "revocation"
    CREDENTIALS = "credentials"
    PROFILE = "profile"


BASE = "ims/ob/v3p0"
"""The path of the API below the root of a host."""
LAST_PARTS = MappingProxyType(
    {part.value: part for part in (Endpoint.DISCOVERY, Endpoint.CREDENTIALS, Endpoint.PROFILE)}
)
"""Ends of paths that the specification fixes; all other URLs are for the host to choose."""


def endpoint_of(url: str) -> Endpoint:
    """The endpoint of a URL, by the end of its path; any other URL belongs to the pages."""
    try:
        last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return Endpoint.PAGES
    return LAST_PARTS.get(last, Endpoint.PAGES)
