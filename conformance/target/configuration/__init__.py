"""The configuration of a target, and the source of each value."""
