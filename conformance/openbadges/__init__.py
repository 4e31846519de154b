"""Badges as an issuer makes them: assertions and all that they link to, right and wrong."""
