"""The endpoints of a target, each of which may hang or be missing by itself."""

from enum import StrEnum
from urllib.parse import urlencode, urlsplit

from conformance.target.target import Target


class Endpoint(StrEnum):
    """A part of the target that may hang by itself."""

    PAGES = "pages"
    """Access, login, consent and settings, which are needed to get a grant."""
    ISSUE = "issue"
    TOKEN = "token"  # noqa: S105 - the name of an endpoint
    IDENTITY = "identity"


def endpoint_of(url: str) -> Endpoint:
    """The endpoint of a URL, by the end of its path; any other URL belongs to the pages."""
    try:
        last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return Endpoint.PAGES
    return Endpoint(last) if last in (*Endpoint,) else Endpoint.PAGES


def access_url(target: Target, callback: str | None, scope: str | None = "issue") -> str:
    """Where an issuer sends the earner (API document, section connect)."""
    asked = {"callback": callback, "scope": scope}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{target.page('access')}?{query}" if query else target.page("access")
