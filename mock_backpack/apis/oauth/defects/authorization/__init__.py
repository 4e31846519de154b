"""Wrong ways of asking earners, and of sending them back."""

AREAS = ("request", "redirect")
"""Modules of this package, in the order in which lists have them."""
