"""A mistake of whoever wrote a scenario."""

from attrs import frozen

from conformance.core.documents import Path_


@frozen
class Mistake:
    """What is wrong, and the path of the part of the file that is."""

    message: str
    path: Path_
