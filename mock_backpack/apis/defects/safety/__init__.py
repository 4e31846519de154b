"""Openings for attackers in what all APIs share."""

AREAS = ("pages", "fetching")
"""Modules of this package, in the order in which lists have them."""
