"""Proxies of the environment, which must not stand between a command and the mock."""

from collections.abc import Mapping
from urllib.parse import urlsplit

PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
EXCEPTIONS = ("NO_PROXY", "no_proxy")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def past_proxies(environment: Mapping[str, str], mock: str) -> dict[str, str]:
    """An environment in which no proxy is used for this machine, nor for the mock at this URL."""
    hosts = dict.fromkeys((*LOOPBACK, urlsplit(mock).hostname or LOOPBACK[0]))
    return {**environment, **{name: _with(environment.get(name, ""), hosts) for name in EXCEPTIONS}}


def _with(exceptions: str, hosts: Mapping[str, None]) -> str:
    named = [host.strip() for host in exceptions.split(",") if host.strip()]
    return exceptions if "*" in named else ",".join(dict.fromkeys((*named, *hosts)))


def proxies_of(environment: Mapping[str, str]) -> str:
    """The variables that name a proxy, ``""`` for none."""
    return " and ".join(name for name in PROXIES if environment.get(name))
