"""What a right Backpack of Open Badges 2.1 may do although consumers do not expect it."""

AREAS = ("manifest", "clients", "codes", "tokens", "pushing", "reading")
"""Modules of this package, in the order in which lists have them."""
