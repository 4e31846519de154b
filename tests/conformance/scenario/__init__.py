"""Tests of `conformance.scenario`."""
