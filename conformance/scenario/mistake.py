"""A mistake in a scenario file."""

from attrs import frozen

from conformance.core.documents import Path_


@frozen
class Mistake:
    """What is wrong, and the path of the wrong part of the file."""

    message: str
    path: Path_
