"""The strategies that scenarios may name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from conformance.drawing import badges, wire
from conformance.drawing.story import story

STRATEGIES: Mapping[str, Callable[..., st.SearchStrategy[Any]]] = MappingProxyType(
    {
        "valid-assertion": badges.valid,
        "broken-assertion": badges.broken,
        "story": story,
        "wire-body": wire.body,
        "wire-credentials": wire.credentials,
        "wire-query": wire.query,
    }
)
"""By the name that scenarios use; called with the other members of the scenario's entry."""
