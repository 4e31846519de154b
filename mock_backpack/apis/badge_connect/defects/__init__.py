"""The defects of Badge Connect, tied to the requirements that they break."""

AREAS = ("manifest", "access", "post", "assertion", "get", "profile", "envelope", "load")
"""Modules of this package, in the order in which lists have them."""
