"""Wrong ways of trading codes for tokens."""

AREAS = ("code", "client")
"""Modules of this package, in the order in which lists have them."""
