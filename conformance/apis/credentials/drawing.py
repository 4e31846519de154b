"""The strategies that scenarios of the API of Open Badges 3.0 may name."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis import malformed
from conformance.apis.credentials.story import STORY
from conformance.openbadges.v3 import strategies
from conformance.scenario.strategy import Strategy

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "valid-credential": Strategy(strategies.valid),
        "broken-credential": Strategy(strategies.broken),
        "wire-credentials": Strategy(malformed.credentials),
        "story": STORY,
    }
)
"""Strategies by the name that scenarios use."""
