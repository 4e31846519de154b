"""The strategies that scenarios of Backpack Connect may name."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis import malformed
from conformance.apis.connect import story
from conformance.openbadges import strategies
from conformance.scenario.strategy import Strategy

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "valid-assertion": Strategy(strategies.valid),
        "broken-assertion": Strategy(strategies.flawed),
        "story": Strategy(story.story, story.needs, story.judges, draws_steps=True),
        "wire-body": Strategy(malformed.body),
        "wire-credentials": Strategy(malformed.credentials),
        "wire-query": Strategy(malformed.query),
    }
)
"""Strategies by the name that scenarios use."""
