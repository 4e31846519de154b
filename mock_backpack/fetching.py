"""Where the mock may fetch documents from, and how much of them it takes."""

import ipaddress
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from attrs import frozen


@frozen
class FetchPolicy:
    """In names of hosts ``*`` stands for any part, and alone for all."""

    allowed: tuple[str, ...] = ("*",)
    """Hosts that may be fetched from; this machine always may."""
    denied: tuple[str, ...] = ()
    """Hosts that may not, whatever else is said."""
    most_bytes: int = 1024 * 1024
    """Of one document."""
    seconds: float = 10.0
    """For one document, from asking to its last byte."""
    redirects: int = 5
    """On the way to one document."""

    def allows(self, url: str) -> bool:
        """Whether a URL may be fetched."""
        if not self.denied and "*" in self.allowed:
            return True
        host = (urlsplit(url).hostname or "").rstrip(".")
        if _is_named(host, self.denied):
            return False
        return "*" in self.allowed or is_loopback(host) or _is_named(host, self.allowed)


def _is_named(host: str, names: tuple[str, ...]) -> bool:
    return any(fnmatchcase(host, name) for name in names)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
