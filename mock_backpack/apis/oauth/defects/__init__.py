"""The defects of the authorization server, tied to the facts that they break."""

AREAS = ("registration", "authorization", "exchange", "renewal", "revocation", "safety")
"""Modules of this package, in the order in which lists have them."""
