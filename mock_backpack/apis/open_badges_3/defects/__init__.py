"""The defects of the Open Badges 3.0 API, tied to the requirements that they break."""

AREAS = (
    *("discovery", "client", "guard", "upsert", "proof", "schema"),
    *("collection", "person", "imsx", "load"),
)
"""Modules of this package, in the order in which lists have them."""
