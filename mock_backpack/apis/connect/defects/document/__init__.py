"""Wrong ways of fetching and reading the documents of a badge."""

AREAS = ("fetch", "revocation", "member")
