"""Verbs that scenarios of every API have: the issuer's site, blocks, hooks of a target."""
