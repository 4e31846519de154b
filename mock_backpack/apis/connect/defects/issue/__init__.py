"""Wrong ways of taking a badge."""

AREAS = ("request", "answer", "validity", "owner", "storage")
