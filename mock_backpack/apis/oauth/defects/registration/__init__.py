"""Wrong registrations of clients."""

AREAS = ("answer", "metadata")
"""Modules of this package, in the order in which lists have them."""
