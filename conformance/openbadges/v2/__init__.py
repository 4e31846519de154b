"""Badges of Open Badges 2.0, right and wrong."""
