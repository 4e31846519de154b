"""Tests of `conformance.apis.badge_connect`."""
