"""Tests of `conformance.record`."""
