"""Troubles that a Backpack may have without being wrong: network, load, a bad upstream.

And what a right Backpack of Open Badges 2.1 or 3.0, or a dialog of the Issuer API, may do although
clients do not expect it.
"""

AREAS = (
    *("transport", "timing", "http", "upstream", "data", "access"),
    *("manifest", "client", "code", "tokens", "push", "read"),
    *("discovery", "upsert", "collection", "person", "dialog"),
)
"""Modules of this package, in the order in which lists have them."""
