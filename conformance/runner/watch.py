"""Whether a run can go on: what has come to light about target and adapter while it runs."""

from attrs import define

from conformance.values.errors import PreflightError


@define
class Watch:
    """What is known by now."""

    trouble: PreflightError | None
    """Why nothing can be judged, as the preflight found, or an adapter that fails later."""
