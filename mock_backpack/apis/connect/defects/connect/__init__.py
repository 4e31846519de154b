"""Wrong ways of granting access."""

AREAS = ("request", "callback", "grant")
