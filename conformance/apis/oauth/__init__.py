"""OAuth 2.0 as Open Badges uses it: registration, authorization code with PKCE, tokens."""
