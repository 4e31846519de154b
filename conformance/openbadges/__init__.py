"""Badges as an issuer makes them: valid and flawed assertions, and the documents they link to."""
