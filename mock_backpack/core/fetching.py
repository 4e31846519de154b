"""The policy for fetching documents: allowed hosts, size, time, redirects."""

import ipaddress
import re
import socket
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import urlsplit

from attrs import frozen

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK: tuple[Network, ...] = (
    ipaddress.IPv4Network("127.0.0.0/8"),
    ipaddress.IPv6Network("::1"),
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses that embed IPv4 ones (RFC 6052)."""
ODD_NUMBER = re.compile(
    r"(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]+|[0-9]+)){0,3}", re.ASCII
)
"""Also IPv4 addresses to some systems: ``0x7f000001``, ``127.1``, ``2130706433``, ``0177.1``."""


@frozen
class FetchPolicy:
    """In host names ``*`` matches any part; alone it matches every host."""

    allowed: tuple[str, ...] = ("*",)
    """Hosts that may be fetched from, by name; this machine always may."""
    denied: tuple[str, ...] = ()
    """Hosts that may not, despite other settings: names, addresses, networks such as 10.0.0.0/8.
    An address denies every name and spelling that leads there, ``localhost`` all of loopback."""
    most_bytes: int = 1024 * 1024
    """Of one document."""
    seconds: float = 10.0
    """For one document, from asking to its last byte."""
    redirects: int = 5
    """On the way to one document."""

    def allows(self, url: str) -> bool:
        """Whether a URL may be asked for, as far as its host is written."""
        if not self.denied and "*" in self.allowed:
            return True
        host = plain_name(urlsplit(url).hostname or "")
        place = address_of(host)
        if place is not None:
            return self.allows_address(host, place)
        return not _denial(self.denied).of_name(host) and (
            self._is_allowed(host) or is_loopback(host)
        )

    def allows_address(self, host: str, place: Address) -> bool:
        """Whether an address may be connected to that a host has, or is."""
        is_here = any(place in network for network in LOOPBACK)
        if _denial(self.denied).of_address(place):
            return False
        return self._is_allowed(plain_name(host)) or is_here

    def _is_allowed(self, host: str) -> bool:
        return any(fnmatchcase(host, plain_name(name)) for name in self.allowed)


@frozen
class _Denial:
    names: tuple[str, ...]
    networks: tuple[Network, ...]

    def of_name(self, host: str) -> bool:
        return any(fnmatchcase(host, name) for name in self.names)

    def of_address(self, place: Address) -> bool:
        return self.of_name(str(place)) or any(place in network for network in self.networks)


@lru_cache(8)  # for speed: a mock has one policy, and each document is held against it
def _denial(denied: tuple[str, ...]) -> _Denial:
    names, networks = [], []
    for entry in map(plain_name, denied):
        network = _network(entry)
        if network is not None:
            networks.append(network)
        elif entry == "localhost":
            names += ["localhost", "*.localhost"]
            networks += LOOPBACK
        else:
            names.append(entry)
    return _Denial(tuple(names), tuple(networks))


def _network(entry: str) -> Network | None:
    place = address_of(entry)
    if place is not None:
        return ipaddress.ip_network(place)
    try:
        return ipaddress.ip_network(entry, strict=False) if "/" in entry else None
    except ValueError:
        return None


@lru_cache(256)  # for speed: it is asked of each document that a push fetches
def plain_name(host: str) -> str:
    """A name of a host as it is compared: lower case, in ASCII, without a dot at its end."""
    host = host.strip("[]").rstrip(".").lower()
    if not host.isascii():
        try:
            return host.encode("idna").decode()
        except UnicodeError:
            return host
    return host


def address_of(host: str) -> Address | None:
    """The address that a host is, however it is spelled; ``None`` when it is a name.

    An IPv4 address within an IPv6 one is that address, and ``0.0.0.0`` is this machine.
    """
    try:
        place: Address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if not ODD_NUMBER.fullmatch(host):
            return None
        try:
            place = ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    if isinstance(place, ipaddress.IPv6Address):
        if place.ipv4_mapped is not None:
            place = place.ipv4_mapped
        elif place in NAT64:
            place = ipaddress.IPv4Address(int(place) & 0xFFFFFFFF)
    if place.is_unspecified:
        return ipaddress.ip_address("127.0.0.1" if place.version == 4 else "::1")
    return place


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
