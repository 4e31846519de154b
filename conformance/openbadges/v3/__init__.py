"""Credentials of Open Badges 3.0, right and wrong."""
