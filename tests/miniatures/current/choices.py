"""What the specification leaves open, and this host decides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choices:
    """A freedom each; the usual values are one correct host, others are another."""

    invalid: int = 400
    """The status of a refused credential: 400 or 422."""
    missing_scope: int = 403
    """403, or 401."""
    older: int = 200
    """The answer to an older credential: 200, 304 or 409."""
    refreshes: bool = True
    revokes: bool = True
    updates: bool = True
    """Whether profiles can be replaced."""
    counts: bool = True
    """Whether lists say how many entries there are."""
    empty_arrays: bool = True
    """Whether an array without entries is given."""
    oldest_first: bool = False
    tenant: str = ""
    """A path in front of everything, such as ``/school``."""
    base: str = "/ims/ob/v3p0"
    """Where credentials and profile are, which the document says."""
    minor_codes: bool = True
    profile_types: bool = True
    """Whether the type of the profile is an array."""


USUAL = Choices()
OTHER = Choices(
    invalid=422,
    missing_scope=401,
    older=304,
    refreshes=False,
    revokes=False,
    updates=False,
    counts=False,
    empty_arrays=False,
    oldest_first=True,
    tenant="/school",
    base="/open/api",
    minor_codes=False,
    profile_types=False,
)
