"""Judge what an issuer pushed: every document of a badge, fetched for real."""
