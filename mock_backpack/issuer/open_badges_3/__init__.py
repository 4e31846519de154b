"""Judging issuers and consumers of the Open Badges 3.0 API."""
