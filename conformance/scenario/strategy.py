"""The strategies from which scenarios draw examples."""

from collections.abc import Callable, Iterable
from typing import Any

from attrs import frozen


def nothing(**_parameters: Any) -> tuple[str, ...]:
    """No capability, no requirement."""
    return ()


@frozen
class Strategy:
    """The source of a variable of ``for_all``."""

    draw: Callable[..., Any]
    """Makes a Hypothesis strategy from the parameters in the scenario.

    Raises ``TypeError`` or ``ValueError`` for wrong parameters.
    """
    needs: Callable[..., Iterable[str]] = nothing
    """The capabilities that drawn values need."""
    judges: Callable[..., tuple[str, ...]] = nothing
    """The requirements that drawn steps may judge; none for a strategy of other values."""
    draws_steps: bool = False
