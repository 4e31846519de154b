"""Targets: what is tested, how an earner walks through it, and what can be done to it."""
