"""The endpoints of a provider, each of which may hang by itself."""

from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit


class Endpoint(StrEnum):
    """A part of the provider that may hang by itself."""

    PAGES = "pages"
    """Login, consent and permissions, which are needed to get a grant."""
    MANIFEST = "manifest"
    REGISTRATION = "registration"
    TOKEN = "token"  # noqa: S105 - the name of an endpoint
    REVOCATION = "revocation"
    ASSERTIONS = "assertions"
    PROFILE = "profile"


WELL_KNOWN = ".well-known/badgeconnect.json"
"""The path of the manifest below the root of a provider."""
LAST_PARTS = MappingProxyType(
    {
        "badgeconnect.json": Endpoint.MANIFEST,
        "assertions": Endpoint.ASSERTIONS,
        "profile": Endpoint.PROFILE,
    }
)
"""Ends of paths that the specification fixes; all other URLs are for the provider to choose."""


def endpoint_of(url: str) -> Endpoint:
    """The endpoint of a URL, by the end of its path; any other URL belongs to the pages."""
    try:
        last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return Endpoint.PAGES
    return LAST_PARTS.get(last, Endpoint.PAGES)
