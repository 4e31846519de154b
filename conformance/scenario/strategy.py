"""A strategy of scenarios: what properties draw, by name."""

from collections.abc import Callable, Iterable
from typing import Any

from attrs import frozen


def nothing(**_parameters: Any) -> tuple[str, ...]:
    """No capability, no requirement."""
    return ()


@frozen
class Strategy:
    """What a variable of ``for_all`` is drawn from."""

    draw: Callable[..., Any]
    """A strategy of Hypothesis, made with the parameters that the scenario gives.

    Raises ``TypeError`` or ``ValueError`` for parameters that it does not take.
    """
    needs: Callable[..., Iterable[str]] = nothing
    """Capabilities that what is drawn asks of a target."""
    judges: Callable[..., tuple[str, ...]] = nothing
    """The requirements that drawn steps may judge; none of a strategy that draws no steps."""
    draws_steps: bool = False
