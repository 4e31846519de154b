"""Troubles that a Backpack may have without being wrong: network, load, a bad upstream.

And what a right Backpack of Open Badges 2.1 may do although consumers do not expect it.
"""

AREAS = (
    *("transport", "timing", "http", "upstream", "data", "access"),
    *("manifest", "client", "code", "tokens", "push", "read"),
)
"""Modules of this package, in the order in which lists have them."""
