"""What known families of providers really answer: defects that are enabled together."""

from collections.abc import Mapping
from types import MappingProxyType

BADGR = (
    *("manifest.redirects", "manifest.old-version"),
    "registration.blank-redirects",
    *("authorization.no-pkce", "authorization.default-method", "authorization.no-state"),
    *("exchange.client-refused-400", "exchange.client-error-in-words"),
    "exchange.undecoded-credentials",
    *("post.created", "post.duplicate-400", "post.no-signed"),
    *("get.results", "get.no-total", "get.negative-prev", "get.bad-request"),
    *("profile.list", "envelope.list-of-errors", "envelope.lost-as-bad-request"),
)
"""Badgr and its forks, as their public code is."""

DIALECTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"badgr": BADGR})
"""By the name of the family."""
