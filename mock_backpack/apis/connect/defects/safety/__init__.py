"""Dangers for earners, issuers and the Backpack itself."""

AREAS = ("input", "attack")
