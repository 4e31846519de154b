"""The strategies that scenarios of Badge Connect may name."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis import malformed
from conformance.apis.badge_connect.story import STORY
from conformance.openbadges.v2 import strategies
from conformance.scenario.strategy import Strategy

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "valid-badge": Strategy(strategies.valid),
        "broken-badge": Strategy(strategies.broken),
        "story": STORY,
        "wire-body": Strategy(malformed.body),
        "wire-credentials": Strategy(malformed.credentials),
    }
)
"""Strategies by the name that scenarios use."""
