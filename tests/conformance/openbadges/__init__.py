"""Tests of `conformance.openbadges`."""
