"""Troubles that a Backpack may have without being wrong: network, load, a bad upstream."""

AREAS = ("transport", "timing", "http", "upstream", "data", "access", "consumer")
"""Modules of this package, in the order in which lists have them."""
