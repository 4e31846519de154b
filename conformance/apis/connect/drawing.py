"""The strategies that scenarios of Backpack Connect may name."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis.connect import parameters, story
from conformance.openbadges import strategies
from conformance.scenario.strategy import Strategy

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "valid-assertion": Strategy(strategies.valid),
        "broken-assertion": Strategy(strategies.flawed),
        "story": Strategy(story.story, story.needs, story.judges, draws_steps=True),
        "wire-body": Strategy(parameters.body),
        "wire-credentials": Strategy(parameters.credentials),
        "wire-query": Strategy(parameters.query),
    }
)
"""Strategies by the name that scenarios use."""
