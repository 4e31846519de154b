"""The strategies that scenarios may name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from conformance.apis.connect import parameters
from conformance.apis.connect.story import story
from conformance.openbadges import strategies

STRATEGIES: Mapping[str, Callable[..., st.SearchStrategy[Any]]] = MappingProxyType(
    {
        "valid-assertion": strategies.valid,
        "broken-assertion": strategies.broken,
        "story": story,
        "wire-body": parameters.body,
        "wire-credentials": parameters.credentials,
        "wire-query": parameters.query,
    }
)
"""By the name that scenarios use; called with the other members of the scenario's entry."""
