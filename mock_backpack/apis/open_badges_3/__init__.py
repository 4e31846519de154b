"""The Open Badges 3.0 API: discovery, credentials and profile."""
