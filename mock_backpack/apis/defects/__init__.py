"""The defects of what all APIs share: pages and sessions of earners, fetching of documents.

Each breaks a requirement that several APIs have under one id, and is judged by each of them.
"""

AREAS = ("safety", "session", "json", "http")
"""Modules of this package, in the order in which lists have them."""
