"""Open Badges 2.1 "Badge Connect": manifest, assertions, profile."""
