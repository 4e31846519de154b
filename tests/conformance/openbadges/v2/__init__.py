"""Tests of `conformance.openbadges.v2`."""
