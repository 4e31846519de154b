"""Wrong answers to readers."""

AREAS = ("listing", "links")
"""Modules of this package, in the order in which lists have them."""
