"""Wrong ways of checking an access token."""

AREAS = ("header", "token", "push")
