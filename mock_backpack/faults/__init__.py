"""Troubles that a Backpack may have without being wrong: network, load, a bad upstream."""

LISTED = ("transport", "timing", "http", "upstream", "data", "access")
"""Areas, which are modules of this package, in the order in which they are listed."""
