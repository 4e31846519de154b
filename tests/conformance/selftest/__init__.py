"""Tests of `conformance.selftest`."""
