"""The issuer's request for access, and the redirect back to its callback."""

from collections.abc import Mapping
from urllib.parse import unquote_plus, urlencode, urlsplit, urlunsplit

from attrs import frozen
from multidict import MultiMapping

from mock_backpack.core.backpack import SCOPES, Grant
from mock_backpack.core.errors import PageError
from mock_backpack.core.origin import origin_of, web_url
from mock_backpack.core.seams import seam

LONGEST_CALLBACK = 4096
RESERVED = ("access_token", "refresh_token", "expires", "api_root", "error")


@frozen
class Ask:
    """A checked request for access."""

    callback: str
    scopes: tuple[str, ...]

    @property
    def origin(self) -> str:
        """The origin that will get access."""
        return origin_of(self.callback)

    def query(self) -> str:
        """The request again, as a query string."""
        return urlencode({"callback": self.callback, "scope": ",".join(self.scopes)})


def read_ask(parameters: MultiMapping[str]) -> Ask:
    """Check the parameters of the access page.

    Raises:
        PageError: 400, in the historical server's words.
    """
    check_once(parameters)
    callback = checked_callback(parameters.get("callback", ""))
    return Ask(callback, checked_scopes(parameters.get("scope", "")))


@seam
def check_once(parameters: MultiMapping[str]) -> None:
    """No parameter comes twice (RFC 6749 section 3.1).

    Raises:
        PageError: 400 when one does.
    """
    for name in ("callback", "scope"):
        if len(parameters.getall(name, [])) > 1:
            raise PageError(400, f"{name} expected once")


@seam
def checked_callback(callback: str) -> str:
    """The callback, when it is one that a browser may be sent to.

    Raises:
        PageError: 400 when it is missing or no absolute http(s) URL.
    """
    if not callback:
        raise PageError(400, "callback expected")
    if web_url(callback) is None or len(callback) > LONGEST_CALLBACK:
        raise PageError(400, f"invalid callback: {callback[:200]}")
    return callback


@seam
def checked_scopes(scope: str) -> tuple[str, ...]:
    """The scopes of a comma list.

    Raises:
        PageError: 400 when there is none, or one that nobody knows.
    """
    scopes = tuple(name for name in scope.split(",") if name)
    if not scopes:
        raise PageError(400, "scope expected")
    unknown = [name for name in scopes if name not in SCOPES]
    if unknown:
        raise PageError(400, f"invalid scope: {', '.join(unknown)[:200]}")
    return scopes


@seam
def granted_parameters(grant: Grant, expires: int, api_root: str) -> dict[str, str]:
    """The parameters of the callback when the earner grants access."""
    return {
        "access_token": grant.tokens.access,
        "refresh_token": grant.tokens.refresh,
        "expires": str(expires),
        "api_root": api_root,
    }


@seam
def denied_parameters() -> dict[str, str]:
    """The parameters of the callback when the earner denies access."""
    return {"error": "access_denied"}


@seam
def way_back(callback: str, parameters: Mapping[str, str]) -> str:
    """The callback with parameters appended; its own query survives, planted ones do not.

    Source: RFC 6749 section 3.1.2.
    """
    parts = urlsplit(callback)
    own = [pair for pair in parts.query.split("&") if pair and not is_reserved(pair)]
    query = "&".join([*own, urlencode(parameters)])
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def is_reserved(pair: str) -> bool:
    """Whether ``name=value`` of a query has a name that only the Backpack may use."""
    return unquote_plus(pair.partition("=")[0]) in RESERVED
