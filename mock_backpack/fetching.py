"""Where the mock may fetch documents from."""

import ipaddress
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from attrs import frozen


@frozen
class FetchPolicy:
    """Host names that may be fetched from; ``*`` stands for any part, and alone for all."""

    allowed: tuple[str, ...] = ("*",)

    def allows(self, url: str) -> bool:
        """Whether a URL may be fetched: its host is named, or it is this machine."""
        if "*" in self.allowed:
            return True
        host = (urlsplit(url).hostname or "").rstrip(".")
        return is_loopback(host) or any(fnmatchcase(host, name) for name in self.allowed)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
